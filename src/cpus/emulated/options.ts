// What an SMP machine is made from, and which of that cannot be.
import { InputError } from '../../lib/input-error.ts';
import { hex } from '../../lib/units.ts';
import type { CpuId } from '../../lib/units.ts';
import type { WindowModules } from '../../board/window.ts';
import { LAPIC_BYTES, LAPIC_DEFAULT, RAM_BYTES, WINDOW_BASE, WINDOW_BYTES } from './layout.ts';

/** Bytes and modules that the edges supply (node.ts). */
export interface SmpImages {
  /** v86.wasm as patchV86 makes it. */
  readonly v86: WebAssembly.Module;
  readonly window: WindowModules;
  /** images/firmware.bin. */
  readonly firmware: Uint8Array;
}

/** What a machine is made from. */
export interface SmpOptions {
  /** CPUs in order; the first boots. At most 256, each with an APIC ID of its own. `name`: its number in messages. */
  readonly cpus: readonly { readonly apicId: number; readonly name?: CpuId }[];
  readonly images: SmpImages;
  /** Worker threads; at most as many as CPUs are made. */
  readonly workers: number;
  /** Host time in milliseconds, for deadlines. */
  readonly now: () => number;
  /** Where each CPU's local APIC stands: the MADT's address. Default 0xfee00000. */
  readonly lapicAddress?: number;
  /** Shared memory at WINDOW_BASE, at most a GiB each; a command says which of them it means. Also: attachBanks(). */
  readonly banks?: readonly WebAssembly.Memory[];
  /** Compiled guest code stores straight to the window: twice as fast, for guests that do not page. */
  readonly direct?: boolean;
  /** Code for the boot CPU in place of the command loop: entered in real mode at 2000:0000, at most 64 KiB. */
  readonly payload?: Uint8Array;
  /** Whether each CPU's events are kept for stop(). */
  readonly record?: boolean;
  /** Instructions that a CPU may take from its start until it first sleeps; default 50 million. Infinity for own code. */
  readonly startBudget?: number;
  /** A worker that gives no sign for so long is taken for stuck; default 10 000 ms. */
  readonly deadlineMs?: number;
  /** Deliberate faults, for tests: CPUs that hear no SIPI, and host time in the guests' clocks. */
  readonly faults?: { readonly deaf?: readonly CpuId[]; readonly hostClock?: boolean };
}

/** How a command is carried out. */
export interface CommandOptions {
  /** Position in `banks`; 0 by default. */
  readonly bank?: number;
  /** Instructions that it may take; default 50 million. */
  readonly budget?: number;
}

/** CPUs of one machine. */
export const CPUS_MAX = 256;
/** The highest ID that an 8-bit destination can name; 255 means all. */
export const APIC_ID_MAX_NARROW = 254;
const PAYLOAD_MAX = 0x10000;

/** @throws InputError for options that no machine can be made from */
export function checkOptions(options: SmpOptions): void {
  const { cpus, banks = [], payload } = options;
  const lapic = options.lapicAddress ?? LAPIC_DEFAULT;
  if (cpus.length < 1 || cpus.length > CPUS_MAX)
    throw new InputError('schema', `${cpus.length} CPUs; emulated machines have 1 to ${CPUS_MAX}`);
  const ids = new Set<number>();
  for (const { apicId } of cpus) {
    if (!Number.isInteger(apicId) || apicId < 0 || apicId >= 0xffffffff || ids.has(apicId))
      throw new InputError('schema', `APIC ID ${apicId} is none, or another CPU's`);
    ids.add(apicId);
  }
  if (lapic % LAPIC_BYTES !== 0 || lapic < RAM_BYTES || lapic > 0xfffff000)
    throw new InputError(
      'schema',
      `the local APIC at ${hex(lapic)} is not on a page between 1 MiB and 4 GiB`,
    );
  checkBanks(banks, lapic);
  if (payload && payload.length > PAYLOAD_MAX)
    throw new InputError('schema', `a payload of ${payload.length} bytes`);
}

/** @throws InputError where a bank or the local APIC does not fit the window */
export function checkBanks(banks: readonly WebAssembly.Memory[], lapic: number): void {
  if (banks.length > 0 && lapic >= WINDOW_BASE && lapic < WINDOW_BASE + WINDOW_BYTES)
    throw new InputError('schema', `the local APIC at ${hex(lapic)} is in the shared window`);
  for (const { buffer } of banks)
    if (buffer.byteLength > WINDOW_BYTES)
      throw new InputError('schema', `a bank of ${buffer.byteLength} bytes`);
}
