// One CPU's local APIC, as far as starting other CPUs needs it: ID, version, task priority, EOI, spurious vector, interrupt
// command (Intel SDM 3A, chapter 10). No timer, no local vectors, no interrupts to running CPUs.

import type { MemorySpace } from '../../board/core.ts';
import { LAPIC_BYTES } from './layout.ts';

/** Registers by their offset in the window. */
export const LAPIC = {
  id: 0x20,
  version: 0x30,
  taskPriority: 0x80,
  eoi: 0xb0,
  spurious: 0xf0,
  icr: 0x300,
  icrHigh: 0x310,
} as const;

/** An integrated APIC with six local vectors. */
const VERSION = 0x00050014;
/** Until software enables it. */
const SPURIOUS_AT_RESET = 0xff;
const MODE_INIT = 5;
const MODE_STARTUP = 6;
const LEVEL_ASSERT = 1 << 14;
const TRIGGER_LEVEL = 1 << 15;
/** An 8-bit physical destination of all ones reaches every CPU; so does a 32-bit one in x2APIC's form. */
const BROADCAST = 0xff;
const BROADCAST_WIDE = 0xffffffff;

/** What one write to the interrupt command register asks for. */
export interface Ipi {
  readonly kind: 'init' | 'startup' | 'other';
  /** APIC IDs, or who is meant relative to the sender. */
  readonly to: 'self' | 'all' | 'others' | { readonly apicId: number };
  readonly vector: number;
}

/**
 * The registers. `wide`: IDs and destinations have 32 bits, in x2APIC's form but at the same addresses, for machines with
 * APIC IDs above 254.
 */
export class Lapic {
  readonly #idRegister: number;
  readonly #wide: boolean;
  readonly #send: (ipi: Ipi) => void;
  #icrHigh = 0;
  #icr = 0;
  #taskPriority = 0;
  #spurious = SPURIOUS_AT_RESET;
  /** Interrupts that software has acknowledged. */
  eois = 0;

  constructor(apicId: number, wide: boolean, send: (ipi: Ipi) => void) {
    this.#idRegister = wide ? apicId : (apicId << 24) >>> 0;
    this.#wide = wide;
    this.#send = send;
  }

  /** A register's value; 0 where none is. */
  read(offset: number): number {
    switch (offset) {
      case LAPIC.id:
        return this.#idRegister;
      case LAPIC.version:
        return VERSION;
      case LAPIC.taskPriority:
        return this.#taskPriority;
      case LAPIC.spurious:
        return this.#spurious;
      case LAPIC.icr:
        return this.#icr;
      case LAPIC.icrHigh:
        return this.#icrHigh;
      default:
        return 0;
    }
  }

  /** Writes a register; writing the command register's low half sends. Others than those above are ignored. */
  write(offset: number, value: number): void {
    if (offset === LAPIC.icrHigh) this.#icrHigh = value;
    else if (offset === LAPIC.taskPriority) this.#taskPriority = value & 0xff;
    else if (offset === LAPIC.spurious) this.#spurious = value;
    else if (offset === LAPIC.eoi) this.eois += 1;
    else if (offset === LAPIC.icr) {
      this.#icr = value;
      const ipi = this.#decode(value);
      if (ipi) this.#send(ipi);
    }
  }

  #decode(value: number): Ipi | null {
    const mode = (value >>> 8) & 7;
    // INIT de-assert only resets arbitration IDs, on CPUs of long ago
    if (mode === MODE_INIT && (value & TRIGGER_LEVEL) !== 0 && (value & LEVEL_ASSERT) === 0) return null;
    const kind = mode === MODE_INIT ? 'init' : mode === MODE_STARTUP ? 'startup' : 'other';
    const shorthand = (['physical', 'self', 'all', 'others'] as const)[(value >>> 18) & 3] ?? 'physical';
    return { kind, vector: value & 0xff, to: shorthand === 'physical' ? this.#destination() : shorthand };
  }

  #destination(): Ipi['to'] {
    const apicId = this.#wide ? this.#icrHigh >>> 0 : this.#icrHigh >>> 24;
    return apicId === (this.#wide ? BROADCAST_WIDE : BROADCAST) ? 'all' : { apicId };
  }
}

/** The high half of the command register that names a CPU. */
export function icrHighOf(apicId: number, wide: boolean): number {
  return wide ? apicId : (apicId << 24) >>> 0;
}

/** The APIC ID in an ID register's value. */
export function apicIdOf(register: number, wide: boolean): number {
  return wide ? register >>> 0 : register >>> 24;
}

const OPEN_BUS = 0xffffffff;

/** Memory outside RAM and the window: the local APIC at `base`, which wants 32 bits at a time, and nothing. */
export function lapicSpace(
  lapic: Lapic,
  base: number,
  beforeWrite: (offset: number, value: number) => void,
): MemorySpace {
  const offsetOf = (address: number): number => {
    const offset = address - base;
    return offset >= 0 && offset < LAPIC_BYTES ? offset : -1;
  };
  const read32 = (address: number): number => {
    const offset = offsetOf(address);
    return offset < 0 ? OPEN_BUS : lapic.read(offset);
  };
  return {
    read32,
    read8: (address) => (read32((address & ~3) >>> 0) >>> (8 * (address & 3))) & 0xff,
    write8: () => undefined,
    write32: (address, value) => {
      const offset = offsetOf(address);
      if (offset < 0) return;
      beforeWrite(offset, value);
      lapic.write(offset, value);
    },
  };
}
