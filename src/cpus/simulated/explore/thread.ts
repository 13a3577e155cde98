// One thread of an execution.
import type { CpuId } from '../../../lib/units.ts';
import type { EntryName, Kthread, Op, Word } from '../../../cpu/op.ts';
import type { LeafStep } from './scenario.ts';

/** One thread. Mutable; another thread of a later execution has the same object. */
export interface Thread extends LeafStep {
  told: boolean;
  name: string;
  gen: Kthread;
  cpu: CpuId;
  state: 'ready' | 'parked' | 'done';
  op: Op | undefined;
  /** The lock that its request takes, and what the word holds while it is free; 0: the request is another. */
  wants: Word;
  free: number;
  result: number;
  /** The number of its set of locks. */
  held: number;
  /** Steps of leaves that it has done: its runtime. */
  ran: number;
  /** The leaf that it is in. */
  leaf: Iterator<string, number> | undefined;
  /** What it sleeps on. */
  sleepsOn: Word;
  /** How it was started; undefined for the first. */
  entry: EntryName | undefined;
  arg: Word;
}

/** The code of a thread that has ended. */
export const NOTHING: Kthread = (function* (): Kthread {})();

export function newThread(
  id: number,
  cpu: CpuId,
  name: string,
  gen: Kthread,
  touch: LeafStep['touch'],
): Thread {
  return {
    ...{
      id,
      name,
      gen,
      cpu,
      touch,
      told: false,
      state: 'ready',
      op: undefined,
      wants: 0,
      free: 0,
      result: 0,
      held: 0,
    },
    ...{ ran: 0, leaf: undefined, sleepsOn: 0, entry: undefined, arg: 0 },
  };
}

/** A worker that waits for work. */
export function isIdle(thread: Thread): boolean {
  return thread.state === 'parked' && thread.name.startsWith('kworker/');
}
