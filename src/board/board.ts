// The board: one v86 CPU, 16 MiB of RAM, fw_cfg, a serial line, a debug port and the described machine's tables.
// It boots images/firmware.bin, whose payload finds the machine and leaves a handoff block.
import { InputError } from '../lib/input-error.ts';
import { hex } from '../lib/units.ts';
import { BlobWindow, checkBlobs, largestGap, placeInRam } from './blobs.ts';
import type { BoardConfig } from './config.ts';
import { Core, CoreFault } from './core.ts';
import type { PortSpace, SliceEnd } from './core.ts';
import { BoardDevices } from './devices.ts';
import { boardFiles } from './files.ts';
import { FwCfg } from './fw-cfg.ts';
import * as layout from './layout.ts';

/** Bytes that the edges supply: Node reads files, a page fetches them. */
export interface BoardImages {
  /** v86.wasm, compiled once and shared by every CPU of the process. */
  readonly v86: WebAssembly.Module;
  /** images/firmware.bin: ROM and payload. */
  readonly firmware: Uint8Array;
}

export interface BoardOptions {
  readonly images: BoardImages;
  /** Host time in milliseconds, for the watchdog and wallMs (performance.now). */
  readonly now: () => number;
  /** The guest may execute this many instructions; default 400 million. */
  readonly maxInstructions?: number;
  /** ... and take this long; default 20 000 ms. */
  readonly maxMs?: number;
}

export interface BoardResult {
  /** The handoff block as it stood in guest memory: parseHandoff reads it. */
  readonly handoff: Uint8Array;
  /** What the guest printed on COM1 and on port 0xE9. */
  readonly serial: string;
  readonly debugcon: string;
  readonly instructions: number;
  readonly wallMs: number;
}

const MAX_INSTRUCTIONS = 400_000_000;
export const MAX_MS = 20_000;
/** The block's buffer: enough for a few hundred tables. */
export const BUFFER_LEAST = 0x40000;

/**
 * Boots the firmware on the described machine until the payload signals the host.
 * @throws InputError 'guest' where the guest hangs, faults, gives up or never signals, with what it last said;
 *   'acpi' where a blob reaches 4 GiB, overlaps another or lies on the firmware's own memory.
 */
export async function runBoard(config: BoardConfig, options: BoardOptions): Promise<BoardResult> {
  const started = options.now();
  const { core, devices } = makeBoard(config, options.images);
  runToSignal(core, devices, options, started);
  return {
    handoff: readHandoff(core.ram, devices),
    serial: devices.serial.text(),
    debugcon: devices.debugcon.text(),
    instructions: core.instructions,
    wallMs: options.now() - started,
  };
}

/** A board before its first instruction. */
export interface Board {
  readonly core: Core;
  readonly devices: BoardDevices;
}

/**
 * The board with the machine's tables in place and the firmware at its reset vector; `ports` may stand between guest and devices.
 * @throws InputError 'acpi' as runBoard()
 */
export function makeBoard(
  config: BoardConfig,
  images: BoardImages,
  ports: (devices: BoardDevices) => PortSpace = (devices) => devices,
): Board {
  const blobs = checkBlobs(config.blobs);
  const gap = largestGap(blobs, 0x100000, layout.RAM_BYTES, layout.ROM_BYTES + BUFFER_LEAST);
  // The image goes to the end of the gap, the block to its start.
  const rom = gap.address + gap.bytes - layout.ROM_BYTES;
  const files = boardFiles(config, { address: gap.address, bytes: gap.bytes - layout.ROM_BYTES });
  const fwCfg = new FwCfg(
    files,
    () => core.ram,
    (address, bytes) => core.forgetCode(address, bytes),
  );
  const devices = new BoardDevices(fwCfg);
  const core: Core = new Core(images.v86, {
    memoryBytes: layout.RAM_BYTES,
    ports: ports(devices),
    outside: new BlobWindow(blobs),
    jit: false,
  });
  placeInRam(blobs, (address, bytes) => core.writeRam(address, bytes));
  core.writeRam(rom, images.firmware);
  core.jump(rom, layout.RESET_VECTOR);
  return { core, devices };
}

/** Runs slices until the guest signals, or the watchdog ends it. */
function runToSignal(core: Core, devices: BoardDevices, options: BoardOptions, started: number): void {
  const maxInstructions = options.maxInstructions ?? MAX_INSTRUCTIONS;
  const maxMs = options.maxMs ?? MAX_MS;
  for (;;) {
    let end: SliceEnd;
    try {
      end = core.slice();
    } catch (error) {
      if (!(error instanceof CoreFault)) throw error;
      throw guestError(devices, `faulted (${error.message.split('\n', 2).join(' ')})`);
    }
    if (devices.signal === layout.SIGNAL_DONE) return;
    if (devices.signal !== null) throw guestError(devices, `gave up (signal ${hex(devices.signal)})`);
    if (end === 'halted') {
      throw guestError(devices, `halted at ${hex(core.instructionPointer)} without a signal`);
    }
    if (core.instructions > maxInstructions) {
      throw guestError(
        devices,
        `gave no signal within ${maxInstructions} instructions, now at ${hex(core.instructionPointer)}`,
      );
    }
    if (options.now() - started > maxMs) {
      throw guestError(
        devices,
        `gave no signal within ${maxMs} ms, ${core.instructions} instructions executed`,
      );
    }
  }
}

/** The guest's end in one line: what happened, how far it had come, its last words. */
export function guestError(devices: BoardDevices, what: string): InputError {
  const post = devices.post === null ? 'no diagnostic code' : `diagnostic code ${hex(devices.post)}`;
  const words = devices.serial.lastLine();
  return new InputError(
    'guest',
    `the guest ${what}; ${post}, ${words === '' ? 'it never said anything' : `last words: "${words}"`}`,
  );
}

/** The block that HANDOFF_POINTER names, copied out of guest memory. */
export function readHandoff(ram: Uint8Array, devices: BoardDevices): Uint8Array {
  const view = new DataView(ram.buffer, ram.byteOffset, ram.byteLength);
  const address = view.getUint32(layout.HANDOFF_POINTER, true);
  const bytes = view.getUint32(layout.HANDOFF_POINTER + 4, true);
  if (bytes === 0 || address + bytes > ram.length) {
    throw guestError(
      devices,
      `signalled, but names a handoff block of ${bytes} bytes at ${hex(address)}, outside its ${ram.length} bytes of RAM`,
    );
  }
  return ram.slice(address, address + bytes);
}
