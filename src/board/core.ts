// What is known of v86's internals (0.5.462, pinned) beside pc.ts: imports, exports, the places of registers in its memory.
// A Core is v86's CPU alone, without its devices: 4 ms and about a megabyte where a V86 object takes 48 ms and 30 MB.

import type { CodeCache } from './code-cache.ts';
import { CompiledCode } from './compiled-code.ts';
import { WindowOfCore } from './core-window.ts';
import type { CoreWindow } from './core-window.ts';
import { CPUID_EBX_AT } from './patch.ts';
import type { WindowModules } from './window.ts';

/** What answers the guest's IN and OUT. Values are unsigned. */
export interface PortSpace {
  read8(port: number): number;
  read16(port: number): number;
  read32(port: number): number;
  write8(port: number, value: number): void;
  write16(port: number, value: number): void;
  write32(port: number, value: number): void;
}

/** What answers accesses to physical addresses outside RAM (0xA0000-0xBFFFF, and from the end of RAM on). */
export interface MemorySpace {
  read8(address: number): number;
  read32(address: number): number;
  write8(address: number, value: number): void;
  /** Where it is missing, four times write8. */
  write32?(address: number, value: number): void;
}

export interface CoreOptions {
  /** Bytes of RAM, a multiple of 64 KiB. */
  readonly memoryBytes: number;
  readonly ports: PortSpace;
  readonly outside: MemorySpace;
  /** Compile hot code to WebAssembly: pays from some ten million instructions on. */
  readonly jit: boolean;
  /** EBX of CPUID leaf 1, where the module is one of patchV86's. */
  readonly cpuidEbx?: number;
  /** With modules alone, attachWindow() will bring it, before the guest looks for it. */
  readonly window?: CoreWindow | { readonly modules: WindowModules };
  /** Milliseconds for the time stamp counter and all else that looks at a clock; virtual where it is missing. */
  readonly clockMs?: () => number;
  /** Compiled code that CPUs with the same program share. */
  readonly code?: CodeCache;
}

/** Why a slice ended. */
export type SliceEnd = 'running' | 'halted';

/** The emulator itself gave up, as it does on a triple fault. */
export class CoreFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CoreFault';
  }
}

/** Places in the wasm module's memory (src/rust/cpu/global_pointers.rs of v86). */
const AT = {
  flags: 120,
  acpiEnabled: 552,
  instructionPointer: 556,
  inHlt: 616,
  instructionCounter: 664,
  sreg: 668,
  segmentOffsets: 736,
  memorySize: 812,
} as const;
const CS = 1;
const FLAG_INTERRUPT = 0x200;
/** One slice is LOOP_COUNTER (100,003) instructions: the clock moves on by more than a frame at each look. */
const FRAME_MS = 2;
const JIT_DISABLED = 0;

export interface Exports {
  readonly memory: WebAssembly.Memory;
  rust_init(): void;
  allocate_memory(bytes: number): number;
  reset_cpu(): void;
  main_loop(): number;
  update_state_flags(): void;
  set_jit_config(index: number, value: number): void;
  jit_dirty_cache(start: number, end: number): void;
  codegen_finalize_finished(index: number, start: number, flags: number): void;
  v86_malloc(bytes: number): number;
}

const PAGE = 0x1000;

/** One CPU with its RAM. Time stands still but for 2 ms a slice, so that two runs are the same. */
export class Core {
  readonly #exports: Exports;
  readonly #memoryBytes: number;
  readonly #base: number;
  #clockMs = 0;
  #panic = '';
  readonly #code: CompiledCode;
  readonly #window: WindowOfCore;
  #bank = 0;
  #scratch = 0;
  #instructionsBefore = 0;
  #lastCounter = 0;

  constructor(module: WebAssembly.Module, options: CoreOptions) {
    this.#code = new CompiledCode(options.code);
    this.#window = new WindowOfCore(memoryImports(options.outside), options.window);
    const instance = new WebAssembly.Instance(module, { env: this.#imports(options) });
    // WebAssembly's types cannot say which functions a module exports; a missing one fails on its first call.
    this.#exports = instance.exports as WebAssembly.Exports & Exports;
    const exports = this.#exports;
    exports.rust_init();
    this.#memoryBytes = options.memoryBytes;
    this.#base = exports.allocate_memory(options.memoryBytes) >>> 0;
    const state = new DataView(exports.memory.buffer);
    state.setUint32(AT.memorySize, options.memoryBytes, true);
    state.setUint8(AT.acpiEnabled, 0);
    if (options.cpuidEbx !== undefined) state.setUint32(CPUID_EBX_AT, options.cpuidEbx, true);
    this.#code.bind(this.#importsOfCode());
    exports.reset_cpu();
    if (!options.jit) exports.set_jit_config(JIT_DISABLED, 1);
  }

  /** The guest's RAM. The view is good until the guest runs again: the module's memory may grow. */
  get ram(): Uint8Array {
    return new Uint8Array(this.#exports.memory.buffer, this.#base, this.#memoryBytes);
  }

  /** Copies bytes into RAM, throwing away code compiled from what stood there. */
  writeRam(address: number, bytes: Uint8Array): void {
    this.ram.set(bytes, address);
    this.forgetCode(address, bytes.length);
  }

  /** To be called after RAM was written through `ram`: throws away code compiled from what stood there. */
  forgetCode(address: number, bytes: number): void {
    if (bytes > 0) this.#exports.jit_dirty_cache(address, address + bytes);
  }

  /** As after INIT: registers as at power-on, RAM as it is. */
  reset(): void {
    this.#exports.reset_cpu();
    this.#state().setUint8(AT.inHlt, 0);
  }

  /** Lets a halted CPU go on behind its HLT, as an interrupt without a handler would. */
  wake(): void {
    this.#state().setUint8(AT.inHlt, 0);
  }

  /** Brings the window that was to come later. Between slices only. */
  attachWindow(window: CoreWindow): void {
    this.#window.attach(window);
    this.#code.bind(this.#importsOfCode());
  }

  /** Puts another bank in the window. Between slices only. */
  selectBank(bank: number): void {
    if (bank === this.#bank) return;
    this.#bank = bank;
    this.#window.selectBank(bank);
    this.#code.selectBank(bank);
  }

  /** Points the CPU, in real mode, at `ip` in a code segment that starts at `base` (which need not be below 1 MiB). */
  jump(base: number, ip: number): void {
    const state = this.#state();
    state.setUint16(AT.sreg + 2 * CS, (base >>> 4) & 0xffff, true);
    state.setUint32(AT.segmentOffsets + 4 * CS, base, true);
    state.setUint32(AT.instructionPointer, base + ip, true);
    this.#exports.update_state_flags();
  }

  /**
   * Runs about 100,000 instructions, or until the CPU halts.
   * @throws CoreFault where the emulator panics, as on a triple fault.
   */
  slice(): SliceEnd {
    try {
      this.#exports.main_loop();
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      throw new CoreFault(this.#panic === '' ? error.message : this.#panic);
    }
    return this.#state().getUint8(AT.inHlt) === 0 ? 'running' : 'halted';
  }

  /** Whether a halted CPU could still be woken. */
  get interruptsEnabled(): boolean {
    return (this.#state().getUint32(AT.flags, true) & FLAG_INTERRUPT) !== 0;
  }

  /** The linear address of the next instruction. */
  get instructionPointer(): number {
    return this.#state().getUint32(AT.instructionPointer, true);
  }

  /** Instructions executed since reset. To be looked at once in 2^32 instructions at least. */
  get instructions(): number {
    const counter = this.#state().getUint32(AT.instructionCounter, true);
    if (counter < this.#lastCounter) this.#instructionsBefore += 2 ** 32;
    this.#lastCounter = counter;
    return this.#instructionsBefore + counter;
  }

  #state(): DataView {
    return new DataView(this.#exports.memory.buffer);
  }

  #imports(options: CoreOptions): WebAssembly.ModuleImports {
    const { ports } = options;
    return {
      __indirect_function_table: this.#code.table,
      io_port_read8: (port: number) => ports.read8(port),
      io_port_read16: (port: number) => ports.read16(port),
      io_port_read32: (port: number) => ports.read32(port) | 0,
      io_port_write8: (port: number, value: number) => ports.write8(port, value & 0xff),
      io_port_write16: (port: number, value: number) => ports.write16(port, value & 0xffff),
      io_port_write32: (port: number, value: number) => ports.write32(port, value >>> 0),
      ...this.#window.imports,
      microtick: options.clockMs ?? (() => (this.#clockMs += FRAME_MS)),
      get_rand_int: () => 0,
      stop_idling: () => {},
      cpu_event_halt: () => {},
      run_hardware_timers: () => {
        for (const name of this.#code.takeNew()) this.#exports.codegen_finalize_finished(...name);
        return FRAME_MS;
      },
      jit_clear_func: (index: number) => this.#code.clear(index),
      codegen_finalize: (index: number, start: number, flags: number, at: number, bytes: number) => {
        const { buffer } = this.#exports.memory;
        this.#code.compile([index, start, flags], new Uint8Array(buffer, at >>> 0, bytes >>> 0).slice());
      },
      console_log_from_wasm: (at: number, bytes: number) => {
        // The module's last words: it logs nothing but panics.
        this.#panic = new TextDecoder().decode(
          new Uint8Array(this.#exports.memory.buffer, at, bytes).slice(),
        );
      },
    };
  }

  #importsOfCode(): WebAssembly.ModuleImports[] {
    if (this.#window.direct) this.#scratch ||= (this.#exports.v86_malloc(2 * PAGE) + PAGE - 1) & -PAGE;
    return this.#window.importsOfCode({ ...this.#exports, m: this.#exports.memory }, this.#scratch);
  }
}

/** v86's memory imports on a MemorySpace. */
function memoryImports(outside: MemorySpace): WebAssembly.ModuleImports {
  const write = (bytes: number) => (address: number, value: number) => {
    for (let i = 0; i < bytes; i++) outside.write8((address + i) >>> 0, (value >>> (8 * i)) & 0xff);
  };
  const write32 = outside.write32
    ? (address: number, value: number) => outside.write32?.(address >>> 0, value >>> 0)
    : write(4);
  const writeWords = (address: number, ...words: number[]) => {
    for (const [i, word] of words.entries()) write32(address + 4 * i, word);
  };
  return {
    mmap_read8: (address: number) => outside.read8(address >>> 0),
    mmap_read32: (address: number) => outside.read32(address >>> 0) | 0,
    mmap_write8: write(1),
    mmap_write16: write(2),
    mmap_write32: write32,
    mmap_write64: writeWords,
    mmap_write128: writeWords,
  };
}
