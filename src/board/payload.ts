// Somebody else's code on the board: entered in the payload's place, every port access and every line of text told.
import { makeBoard } from './board.ts';
import type { Board, BoardImages } from './board.ts';
import type { BoardConfig } from './config.ts';
import { CoreFault } from './core.ts';
import type { PortSpace } from './core.ts';
import type { BoardDevices } from './devices.ts';
import * as layout from './layout.ts';

/** What a payload did, in order. */
export type PayloadEvent =
  /** An IN or OUT of the payload's own code; the firmware's are left out. `value` is unsigned. */
  | { readonly kind: 'in' | 'out'; readonly port: number; readonly bits: 8 | 16 | 32; readonly value: number }
  /** A line on COM1 or on port 0xE9, without its end; what is left unfinished comes last. */
  | { readonly kind: 'serial' | 'debug'; readonly text: string };

/** How it ended. */
export type PayloadEnd =
  /** It wrote this value to port 0xF4. */
  | { readonly kind: 'signal'; readonly value: number }
  /** It executed HLT; `address` is the next instruction's. */
  | { readonly kind: 'halted'; readonly address: number }
  /** The budget of instructions, or the time, was used up. */
  | { readonly kind: 'instructions' | 'deadline'; readonly address: number }
  /** The CPU gave up, as on a triple fault. */
  | { readonly kind: 'fault'; readonly what: string };

/** How long a payload may run. */
export interface PayloadLimits {
  /** Instructions at most, the firmware's 40,000 or so included; 50 million where it is left out. */
  readonly maxInstructions?: number | undefined;
  /** Milliseconds at most; 5000 where it is left out. */
  readonly maxMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a payload did until its end. */
export interface PayloadRun {
  readonly end: PayloadEnd;
  readonly events: readonly PayloadEvent[];
  /** All text on COM1 and on port 0xE9. */
  readonly serial: string;
  readonly debug: string;
  readonly instructions: number;
  readonly wallMs: number;
  /** Guest RAM [0, 16 MiB) as it was left; a copy. Not enumerable: a runner that prints a run would print every byte. */
  readonly ram: Uint8Array;
}

interface Host {
  readonly images: BoardImages;
  /** Milliseconds. */
  readonly now: () => number;
  /** Lets others run, so that an abort can be heard. */
  readonly pause: () => Promise<void>;
}

const MAX_INSTRUCTIONS = 50_000_000;
const MAX_MS = 5000;
/** The ROM's copy, which serves interrupts on the payload's behalf. */
const ROM_COPY = { start: 0x10000, end: 0x20000 };
/** The highest address that real mode reaches: the ROM's image stands above. */
const REAL_MODE_END = 0x110000;
const SLICES_BETWEEN_PAUSES = 16;

/**
 * Runs `config.payload` until it signals, halts, faults, or its budget is used up: `end` tells which.
 * @throws InputError 'acpi' as runBoard(); the signal's reason
 */
export async function runPayload(
  config: BoardConfig,
  host: Host,
  limits: PayloadLimits,
): Promise<PayloadRun> {
  const started = host.now();
  const events: PayloadEvent[] = [];
  const board = makeBoard(config, host.images, (devices) => watched(devices, events, () => board.core));
  const { core, devices } = board;
  let end = step(board, limits, started, host.now);
  for (let slices = 1; end === null; slices += 1) {
    if (slices % SLICES_BETWEEN_PAUSES === 0) await host.pause();
    limits.signal?.throwIfAborted();
    end = step(board, limits, started, host.now);
  }
  const [serial, debug] = [devices.serial.text(), devices.debugcon.text()];
  events.push(...unfinished('serial', serial), ...unfinished('debug', debug));
  const wallMs = host.now() - started;
  const run = { end, events, serial, debug, instructions: core.instructions, wallMs, ram: core.ram.slice() };
  return Object.defineProperty(run, 'ram', { enumerable: false });
}

/** One slice; null where it goes on. */
function step(
  { core, devices }: Board,
  limits: PayloadLimits,
  started: number,
  now: () => number,
): PayloadEnd | null {
  let state;
  try {
    state = core.slice();
  } catch (error) {
    if (!(error instanceof CoreFault)) throw error;
    return { kind: 'fault', what: error.message.split('\n', 2).join(' ') };
  }
  const address = core.instructionPointer;
  if (devices.signal !== null) return { kind: 'signal', value: devices.signal };
  if (state === 'halted') return { kind: 'halted', address };
  if (core.instructions > (limits.maxInstructions ?? MAX_INSTRUCTIONS))
    return { kind: 'instructions', address };
  if (now() - started > (limits.maxMs ?? MAX_MS)) return { kind: 'deadline', address };
  return null;
}

/** The part of a text behind its last line end. */
function unfinished(kind: 'serial' | 'debug', text: string): PayloadEvent[] {
  const rest = text.slice(text.lastIndexOf('\n') + 1);
  return rest === '' ? [] : [{ kind, text: rest }];
}

/** The devices with a listener in between. After the signal nothing is told: the slice may go on for a while. */
function watched(devices: BoardDevices, events: PayloadEvent[], core: () => Board['core']): PortSpace {
  const own = (): boolean => {
    const at = core().instructionPointer;
    return at < REAL_MODE_END && (at < ROM_COPY.start || at >= ROM_COPY.end);
  };
  const told = (kind: 'in' | 'out', port: number, bits: 8 | 16 | 32, value: number): number => {
    if (own()) events.push({ kind, port, bits, value: value >>> 0 });
    return value;
  };
  const pending: Record<'serial' | 'debug', number[]> = { serial: [], debug: [] };
  const said = (kind: 'serial' | 'debug', byte: number): void => {
    pending[kind].push(byte);
    if (byte !== LINE_FEED) return;
    const text = new TextDecoder().decode(Uint8Array.from(pending[kind]));
    events.push({ kind, text: text.replace(/\r?\n$/, '') });
    pending[kind] = [];
  };
  return {
    read8: (port) => told('in', port, 8, devices.read8(port)),
    read16: (port) => told('in', port, 16, devices.read16()),
    read32: (port) => told('in', port, 32, devices.read32()),
    write8: (port, value) => {
      if (devices.signal !== null) return;
      told('out', port, 8, value);
      const length = devices.serial.length;
      devices.write8(port, value);
      if (devices.serial.length > length) said('serial', value);
      if (port === layout.PORT_DEBUG) said('debug', value);
    },
    write16: (port, value) => devices.write16(port, told('out', port, 16, value)),
    write32: (port, value) => devices.write32(port, told('out', port, 32, value)),
  };
}

const LINE_FEED = 10;

const SECTOR = 512;
const MOST = 0x10000;

/** Whether bytes are a boot sector: 512 of them, the last two 55 AA. */
export function isBootSector(bytes: Uint8Array): boolean {
  return bytes.length === SECTOR && bytes[SECTOR - 2] === 0x55 && bytes[SECTOR - 1] === 0xaa;
}

/** Copies the 512 bytes behind it to 0000:7C00 and jumps there as a BIOS does, DL the first floppy drive. */
const BOOT_SECTOR_LOADER = Uint8Array.of(
  ...[0x0e, 0x1f], // push cs; pop ds
  ...[0x31, 0xc0, 0x8e, 0xc0], // xor ax, ax; mov es, ax
  ...[0xbe, 0x1c, 0x00], // mov si, the sector
  ...[0xbf, 0x00, 0x7c], // mov di, 7C00
  ...[0xb9, 0x00, 0x01, 0xfc, 0xf3, 0xa5], // mov cx, 256; cld; rep movsw
  ...[0x8e, 0xd8, 0xb2, 0x00], // mov ds, ax; mov dl, 0
  ...[0xea, 0x00, 0x7c, 0x00, 0x00], // jmp 0000:7C00
  0x90,
);

/** What the firmware loads: a boot sector with a loader before it, anything else as it is. null where it is empty or too long. */
export function loadable(payload: Uint8Array): Uint8Array | null {
  if (payload.length === 0 || payload.length > MOST) return null;
  if (!isBootSector(payload)) return payload;
  const bytes = new Uint8Array(BOOT_SECTOR_LOADER.length + SECTOR);
  bytes.set(BOOT_SECTOR_LOADER);
  bytes.set(payload, BOOT_SECTOR_LOADER.length);
  return bytes;
}
