// Jobs of the RFC of 2022 under the explorer: chunks that fail, undo, helpers that cannot be made, quotas, locks that are held.
import { Bug, bugOn } from '../lib/bug.ts';
import { Lockdep, mutexLockClass, mutexUnlockClass } from '../kernel/locking/lockdep.ts';
import type { Kernel, KernelFunction, ThreadFn } from '../kernel/kernel.ts';
import { padataDoMultithreadedRfc, padataInit, type PadataRfcJob } from '../kernel/padata.ts';
import { PADATA_RFC_2022 } from '../kernel/padata/rfc2022/rules.ts';
import type { PadataRules } from '../kernel/padata/rules.ts';
import {
  CPU_GROUP_WORDS,
  cpuGroupState,
  initCpuGroup,
  refillCpuGroup,
  setCpuQuota,
} from '../kernel/sched/bandwidth.ts';
import type { Kthread, Word } from '../cpu/op.ts';
import type { Scenario } from '../cpus/simulated/explore/scenario.ts';
import { watchPriorities } from './priorities.ts';
import { Units } from './units.ts';
import { expectFullPool, UNITS, worldMaker, worldText } from './world.ts';

/** padataDoMultithreadedRfc(), or a version of it with a fault. */
export type DoRfc = (k: Kernel, job: PadataRfcJob) => Kthread<number>;

export interface RfcJobOptions {
  readonly name: string;
  readonly about: string;
  readonly cpus: number;
  readonly job: Omit<PadataRfcJob, 'threadFn' | 'fnArg' | 'undoFn'>;
  /** Units whose chunk fails. */
  readonly failing?: readonly number[];
  /** Helpers that cannot be made. */
  readonly noHelper?: readonly number[];
  readonly rules?: PadataRules;
  readonly run?: DoRfc;
  /** Quota of the caller's group; a period is 1000 ns, one step of a leaf. */
  readonly quotaNs?: number;
  /** A timer refills the group twice while the job runs. */
  readonly refills?: boolean;
  /** The entry of helpers, where it has a fault. */
  readonly helper?: KernelFunction;
  /** The caller holds a lock that each thread takes. */
  readonly holdsLock?: boolean;
  /** Each thread takes that lock, whoever holds it. */
  readonly takesLock?: boolean;
}

const UNDO = 'undo';
const LOCKED = 'locked';
const PERIOD_NS = 1000;

/** One job on the boot thread. */
export function rfcJob<Name extends string>(
  options: RfcJobOptions & { readonly name: Name },
): Scenario<Name> {
  const { name, about, cpus, job, failing = [], noHelper = [], quotaNs, takesLock = false } = options;
  const lockFn: ThreadFn = function* (k, start, end, lock) {
    yield* mutexLockClass(k.lockdep, lock, 'L');
    const result = yield { op: 'run', work: UNITS, arg: 0, start, end };
    yield* mutexUnlockClass(k.lockdep, lock, 'L');
    return Math.min(result, 0);
  };
  const text = worldText(
    {
      *quotaTimer(k, group) {
        yield* refillCpuGroup(k, group);
        yield* refillCpuGroup(k, group);
      },
      ...(options.helper && { padataMtThread: options.helper }),
    },
    [UNITS, UNDO],
    { [LOCKED]: lockFn },
  );
  const rules = options.rules ?? PADATA_RFC_2022;
  const shouldFail: NonNullable<Kernel['shouldFail']> = (what, at) =>
    what === 'kthread' && noHelper.includes(at);
  const world = worldMaker({ nodeOfCpu: new Array<number>(cpus).fill(0), text, padata: rules, shouldFail });
  return {
    name,
    about,
    cpus,
    setup: (mem) => {
      // a real machine would hang some day: here the report ends it at once
      const lockdep = new Lockdep((report) => {
        throw new Bug(report);
      });
      const k: Kernel = { ...world(mem), trace: watchPriorities(), lockdep };
      const units = new Units();
      const ended = { error: NaN, group: 0, caller: -1 };
      return {
        prelude: prelude(k),
        preludeInMemory: true,
        boot: boot(k, options, takesLock ? LOCKED : UNITS, ended),
        spawn: (entry, arg) => text.named(entry)(k, arg),
        works: { [UNITS]: units.leaf(failing), [UNDO]: units.undo() },
        check: () => {
          units.check(job, ended.error);
          bugOn((ended.error === 0) !== (failing.length === 0), `the job returned ${ended.error}`);
          expectFullPool(k);
          if (quotaNs !== undefined) checkGroup(k, ended.group, quotaNs);
          if (quotaNs !== undefined && options.refills !== true)
            checkCharged(k, ended.group, quotaNs, units.helperSteps(ended.caller));
        },
      };
    },
  };
}

function* prelude(k: Kernel): Kthread {
  padataInit(k);
}

function* boot(
  k: Kernel,
  options: RfcJobOptions,
  threadFn: string,
  ended: { error: number; group: Word; caller: number },
): Kthread {
  const { job, quotaNs, run = padataDoMultithreadedRfc, holdsLock = false } = options;
  ended.caller = yield { op: 'current' };
  const lock = k.mem.alloc(1);
  k.mem.fresh(lock, 1, 'L');
  k.mem.writeOnce(lock, 0);
  let group = 0;
  if (quotaNs !== undefined) {
    group = k.mem.alloc(CPU_GROUP_WORDS);
    initCpuGroup(k, group);
    yield* setCpuQuota(k, group, quotaNs, PERIOD_NS);
    ended.group = group;
    if (options.refills === true) yield { op: 'start', entry: 'quotaTimer', name: 'timer', arg: group };
  }
  if (holdsLock) yield* mutexLockClass(k.lockdep, lock, 'L');
  const error = yield* run(k, { ...job, threadFn, fnArg: lock, undoFn: UNDO, cpuGroup: group });
  if (holdsLock) yield* mutexUnlockClass(k.lockdep, lock, 'L');
  ended.error = error;
}

/** Runtime is never more than a quota, and where there is debt none is left. */
function checkGroup(k: Kernel, group: Word, quotaNs: number): void {
  const { runtimeNs, debtNs } = cpuGroupState(k, group);
  bugOn(runtimeNs < 0 || runtimeNs > quotaNs, `runtime ${runtimeNs} of a quota of ${quotaNs}`);
  bugOn(debtNs > 0 && runtimeNs > 0, `debt ${debtNs} beside runtime ${runtimeNs}`);
}

/** All that helpers ran was taken from runtime or became debt. */
function checkCharged(k: Kernel, group: Word, quotaNs: number, steps: number): void {
  const { runtimeNs, debtNs } = cpuGroupState(k, group);
  const charged = quotaNs - runtimeNs + debtNs;
  bugOn(charged !== steps * PERIOD_NS, `helpers ran ${steps * PERIOD_NS} ns, charged are ${charged}`);
}
