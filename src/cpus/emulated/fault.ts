// A CPU that is lost: which one, how, and the last thing it did.
import { Failure } from '../../lib/failure.ts';
import { hex } from '../../lib/units.ts';
import type { CpuId } from '../../lib/units.ts';
import { describeEvent } from './events.ts';
import type { CpuEvent, FaultKind } from './events.ts';

/** The ways of FAULTS, and those in which a CPU never lived or its worker does not any more. */
export type LossKind = FaultKind | 'no-answer' | 'worker-ended' | 'worker-stuck';

const WORDS: Readonly<Record<LossKind, string>> = {
  'triple-fault': 'died of a triple fault',
  'dead-halt': 'halted with interrupts off',
  hang: 'hangs',
  'no-answer': 'did not answer its SIPI',
  'worker-ended': 'is gone: its worker thread ended',
  'worker-stuck': 'is stuck: its worker thread gives no sign',
};

/** The one message of a lost CPU. */
export class CpuLost extends Failure {
  readonly cpu: CpuId;
  readonly kind: LossKind;
  readonly lastEvent: CpuEvent | null;

  constructor(cpu: CpuId, apicId: number, kind: LossKind, detail: string, lastEvent: CpuEvent | null) {
    const last = lastEvent ? describeEvent(lastEvent) : 'nothing at all';
    const more = detail === '' ? '' : ` (${detail})`;
    super(`CPU ${cpu} (APIC ${hex(apicId)}) ${WORDS[kind]}${more}; its last event: ${last}`);
    this.name = 'CpuLost';
    this.cpu = cpu;
    this.kind = kind;
    this.lastEvent = lastEvent;
  }
}
