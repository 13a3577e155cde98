// The one file that knows v86's internals (0.5.462, pinned): imports, exports and the places of registers in its memory.
// A Core is v86's CPU alone, without its devices: 4 ms and about a megabyte where a V86 object takes 48 ms and 30 MB.

import type { V86 } from 'v86';

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
}

export interface CoreOptions {
  /** Bytes of RAM, a multiple of 64 KiB. */
  readonly memoryBytes: number;
  readonly ports: PortSpace;
  readonly outside: MemorySpace;
  /** Compile hot code to WebAssembly: pays from some ten million instructions on. */
  readonly jit: boolean;
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
/** Entries that the emulator's own functions take in its table, and those for compiled code (const.js, jit.rs). */
const TABLE_OWN = 1024;
const TABLE_COMPILED = 900;
const CS = 1;
const FLAG_INTERRUPT = 0x200;
/** One slice is LOOP_COUNTER (100,003) instructions: the clock moves on by more than a frame at each look. */
const FRAME_MS = 2;
const JIT_DISABLED = 0;

interface Exports {
  readonly memory: WebAssembly.Memory;
  rust_init(): void;
  allocate_memory(bytes: number): number;
  reset_cpu(): void;
  main_loop(): number;
  update_state_flags(): void;
  set_jit_config(index: number, value: number): void;
  jit_dirty_cache(start: number, end: number): void;
  codegen_finalize_finished(index: number, start: number, flags: number): void;
}

/** One CPU with its RAM. Time stands still but for 2 ms a slice, so that two runs are the same. */
export class Core {
  readonly #exports: Exports;
  readonly #memoryBytes: number;
  readonly #base: number;
  #clockMs = 0;
  #panic = '';
  #compiled: [number, number, number][] = [];
  #instructionsBefore = 0;
  #lastCounter = 0;

  constructor(module: WebAssembly.Module, options: CoreOptions) {
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
    const { ports, outside } = options;
    const table = new WebAssembly.Table({ element: 'anyfunc', initial: TABLE_OWN + TABLE_COMPILED });
    const write = (bytes: number) => (address: number, value: number) => {
      for (let i = 0; i < bytes; i++) outside.write8((address + i) >>> 0, (value >>> (8 * i)) & 0xff);
    };
    const writeWords = (address: number, ...words: number[]) => {
      for (const [i, word] of words.entries()) write(4)(address + 4 * i, word);
    };
    return {
      __indirect_function_table: table,
      io_port_read8: (port: number) => ports.read8(port),
      io_port_read16: (port: number) => ports.read16(port),
      io_port_read32: (port: number) => ports.read32(port) | 0,
      io_port_write8: (port: number, value: number) => ports.write8(port, value & 0xff),
      io_port_write16: (port: number, value: number) => ports.write16(port, value & 0xffff),
      io_port_write32: (port: number, value: number) => ports.write32(port, value >>> 0),
      mmap_read8: (address: number) => outside.read8(address >>> 0),
      mmap_read32: (address: number) => outside.read32(address >>> 0) | 0,
      mmap_write8: write(1),
      mmap_write16: write(2),
      mmap_write32: write(4),
      mmap_write64: writeWords,
      mmap_write128: writeWords,
      microtick: () => (this.#clockMs += FRAME_MS),
      get_rand_int: () => 0,
      stop_idling: () => {},
      cpu_event_halt: () => {},
      run_hardware_timers: () => {
        this.#adoptCompiled();
        return FRAME_MS;
      },
      jit_clear_func: (index: number) => table.set(index + TABLE_OWN, null),
      codegen_finalize: (index: number, start: number, flags: number, at: number, bytes: number) =>
        this.#compile(table, [index, start, flags], at >>> 0, bytes >>> 0),
      console_log_from_wasm: (at: number, bytes: number) => {
        // The module's last words: it logs nothing but panics.
        this.#panic = new TextDecoder().decode(
          new Uint8Array(this.#exports.memory.buffer, at, bytes).slice(),
        );
      },
    };
  }

  /** Compiles at once, for two runs to be the same; v86 may only be told after it let go of its own lock. */
  #compile(table: WebAssembly.Table, what: [number, number, number], at: number, bytes: number): void {
    const { memory } = this.#exports;
    const code = new Uint8Array(memory.buffer, at, bytes).slice();
    const instance = new WebAssembly.Instance(new WebAssembly.Module(code), {
      e: { ...this.#exports, m: memory },
    });
    table.set(what[0] + TABLE_OWN, instance.exports['f']);
    this.#compiled.push(what);
  }

  #adoptCompiled(): void {
    const compiled = this.#compiled;
    if (compiled.length === 0) return;
    this.#compiled = [];
    for (const [index, start, flags] of compiled)
      this.#exports.codegen_finalize_finished(index, start, flags);
  }
}

/** A whole PC: the V86 class with its devices, for firmware that needs them. */
export interface PcOptions {
  readonly memoryBytes: number;
  readonly bios: Uint8Array;
  /** A 1.44 MB floppy image, from which the PC boots. */
  readonly floppy: Uint8Array;
  readonly ports: PortSpace;
  /** The ports of V86's own that `ports` answers instead. */
  readonly portNumbers: readonly number[];
  readonly outside: MemorySpace;
  /** Address ranges past RAM that `outside` answers for. */
  readonly windows: readonly (readonly [start: number, end: number])[];
  /** Called for each byte on COM1. */
  readonly serial: (byte: number) => void;
  /** Called when the CPU faults beyond repair; the PC does not run on. */
  readonly fault: (fault: CoreFault) => void;
}

/** What V86 keeps to itself, as far as it is used here (src/io.js, src/cpu.js). */
interface Internals {
  readonly v86: {
    readonly cpu: {
      readonly io: {
        register_read(port: number, device: object, ...by: ((port: number) => number)[]): void;
        register_write(port: number, device: object, ...by: ((value: number) => void)[]): void;
        mmap_register(
          start: number,
          bytes: number,
          read8: (address: number) => number,
          write8: (address: number, value: number) => void,
          read32: (address: number) => number,
          write32: (address: number, value: number) => void,
        ): void;
      };
    };
  };
}

/** V86 hands out addresses past RAM in blocks of 128 KiB. */
const MMAP_BLOCK = 0x20000;
const HALTED_MS = 1000;

export class Pc {
  readonly #emulator: V86;
  readonly #exports: Exports;
  readonly #base: number;
  readonly #memoryBytes: number;

  private constructor(emulator: V86, exports: Exports, base: number, memoryBytes: number) {
    this.#emulator = emulator;
    this.#exports = exports;
    this.#base = base;
    this.#memoryBytes = memoryBytes;
  }

  /** Builds the PC; it runs from `run` on. */
  static async create(module: WebAssembly.Module, options: PcOptions): Promise<Pc> {
    const { V86 } = await import('v86');
    let exports: (WebAssembly.Exports & Exports) | undefined;
    let base = 0;
    const emulator: V86 = new V86({
      wasm_fn: async (imports) => {
        const instance = await WebAssembly.instantiate(module, imports);
        const own = instance.exports as WebAssembly.Exports & Exports;
        exports = own;
        return {
          ...own,
          allocate_memory: (bytes: number) => (base = own.allocate_memory(bytes) >>> 0),
          main_loop: () => runGuarded(own, options.fault),
        };
      },
      memory_size: options.memoryBytes,
      vga_memory_size: 1 << 20,
      bios: { buffer: ownBuffer(options.bios) },
      fda: { buffer: ownBuffer(options.floppy) },
      autostart: false,
      acpi: false,
      disable_keyboard: true,
      disable_mouse: true,
      disable_speaker: true,
    });
    await new Promise<void>((resolve) => emulator.add_listener('emulator-loaded', () => resolve()));
    if (exports === undefined) throw new CoreFault('v86 did not load');
    emulator.add_listener('serial0-output-byte', options.serial);
    // The emulator's types leave out what it does not promise; the version is pinned for that.
    attach(emulator as V86 & Internals, options);
    return new Pc(emulator, exports, base, options.memoryBytes);
  }

  get ram(): Uint8Array {
    return new Uint8Array(this.#exports.memory.buffer, this.#base, this.#memoryBytes);
  }

  /** Copies bytes into RAM, throwing away code compiled from what stood there. */
  writeRam(address: number, bytes: Uint8Array): void {
    this.ram.set(bytes, address);
    this.forgetCode(address, bytes.length);
  }

  /** To be called after RAM was written through `ram`. */
  forgetCode(address: number, bytes: number): void {
    if (bytes > 0) this.#exports.jit_dirty_cache(address, address + bytes);
  }

  get instructions(): number {
    return this.#emulator.get_instruction_counter();
  }

  async run(): Promise<void> {
    await this.#emulator.run();
  }

  /** Ends the PC; nothing of it runs afterwards. */
  async destroy(): Promise<void> {
    await this.#emulator.destroy();
  }
}

function runGuarded(exports: Exports, fault: (fault: CoreFault) => void): number {
  try {
    return exports.main_loop();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    fault(new CoreFault(error.message));
    return HALTED_MS;
  }
}

function attach(emulator: V86 & Internals, options: PcOptions): void {
  const { io } = emulator.v86.cpu;
  const { ports, outside } = options;
  for (const port of options.portNumbers) {
    io.register_read(
      port,
      ports,
      () => ports.read8(port),
      () => ports.read16(port),
      () => ports.read32(port) | 0,
    );
    io.register_write(
      port,
      ports,
      (value) => ports.write8(port, value & 0xff),
      (value) => ports.write16(port, value & 0xffff),
      (value) => ports.write32(port, value >>> 0),
    );
  }
  const blocks = new Set<number>();
  for (const [start, end] of options.windows) {
    for (let at = start - (start % MMAP_BLOCK); at < end; at += MMAP_BLOCK) blocks.add(at);
  }
  for (const block of blocks) {
    io.mmap_register(
      block,
      MMAP_BLOCK,
      (address) => outside.read8(address >>> 0),
      () => {},
      (address) => outside.read32(address >>> 0) | 0,
      () => {},
    );
  }
}

/** V86 wants whole ArrayBuffers, and writes to the floppy's. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
