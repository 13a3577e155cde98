// What must hold of objects that padata calls back: each once, after all that came before it, and in order on its CPU.
import { Bug, bugOn } from '../lib/bug.ts';
import type { CpuId } from '../lib/units.ts';
import type { Word } from '../cpu/op.ts';

/** What the callbacks saw of an object. */
export interface Seen {
  pd: Word;
  seqNr: number;
  cbCpu: CpuId;
  accepted: boolean;
  parallel: number;
  serial: number;
}

/** Of an object that nobody has seen yet. */
export const unseen = (): Seen => ({ pd: 0, seqNr: 0, cbCpu: 0, accepted: false, parallel: 0, serial: 0 });

/** The serial callback of object `id`. @throws Bug where the order is broken */
export function called(all: readonly Seen[], id: number): void {
  const object = all[id] as Seen;
  object.serial += 1;
  bugOn(object.serial > 1, `object ${id} is called back twice`);
  for (const [other, seen] of all.entries()) {
    if (seen.pd !== object.pd || other === id || seen.parallel + seen.serial === 0) continue;
    const difference = (seen.seqNr - object.seqNr) | 0;
    const sameCpu = seen.cbCpu === object.cbCpu;
    bugOn(
      (difference < 0 && seen.parallel === 0) || (sameCpu && difference < 0 && seen.serial === 0),
      `object ${id} (number ${object.seqNr}) is called back before object ${other} (number ${seen.seqNr})`,
    );
  }
}

/** @throws Bug where an accepted object was not called back exactly once, or a refused one was */
export function expectOnce(object: Seen): void {
  const { accepted, parallel, serial } = object;
  if (parallel === Number(accepted) && serial === Number(accepted)) return;
  throw new Bug(`serial order is broken: an accepted object was called back ${serial} times`);
}
