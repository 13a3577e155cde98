// A whole PC: the V86 class with its devices, for firmware that needs them. What it takes from v86 beyond its own types
// (0.5.462, pinned) stands in Internals.
import type { V86 } from 'v86';
import { CoreFault } from './core.ts';
import type { Exports, MemorySpace, PortSpace } from './core.ts';

export interface PcOptions {
  readonly memoryBytes: number;
  readonly bios: Uint8Array;
  /** A 1.44 MB floppy image, from which the PC boots; none where the firmware needs none. */
  readonly floppy?: Uint8Array;
  /** Power management ports, local APIC and I/O APIC: for machines that have ACPI tables. */
  readonly acpi?: boolean;
  readonly ports: PortSpace;
  /** The ports of V86's own that `ports` answers instead. */
  readonly portNumbers: readonly number[];
  readonly outside: MemorySpace;
  /** Address ranges past RAM that `outside` answers for. */
  readonly windows: readonly (readonly [start: number, end: number])[];
  /** Called for each byte on COM1. */
  readonly serial: (byte: number) => void;
  /** ... and on COM2, which is there only where this is. */
  readonly serial2?: (byte: number) => void;
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
      ...(options.floppy && { fda: { buffer: ownBuffer(options.floppy) } }),
      autostart: false,
      acpi: options.acpi === true,
      uart1: options.serial2 !== undefined,
      disable_keyboard: true,
      disable_mouse: true,
      disable_speaker: true,
    });
    await new Promise<void>((resolve) => emulator.add_listener('emulator-loaded', () => resolve()));
    if (exports === undefined) throw new CoreFault('v86 did not load');
    emulator.add_listener('serial0-output-byte', options.serial);
    if (options.serial2) emulator.add_listener('serial1-output-byte', options.serial2);
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

  /** Types `text` on COM1; characters past 255 become question marks. */
  type(text: string): void {
    const byteOf = (char: string): number => (char.charCodeAt(0) > 0xff ? 0x3f : char.charCodeAt(0));
    this.#emulator.serial_send_bytes(0, Uint8Array.from(text, byteOf));
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
