// CPU bandwidth of a control group as the RFC of 2022 sees it (kernel/sched/fair.c of 5.14 with its patches 14 to 16): a quota in
// each period, runtime that is left in this one, and the debt of helpers that worked for the group without being throttled.
import type { Kthread, Word } from '../../cpu/op.ts';
import type { Kernel } from '../kernel.ts';
import { spinLock, spinUnlock } from '../locking/spinlock.ts';

/** Words of a group: lock, quota, period, runtime, debt. Times in nanoseconds. */
export const CPU_GROUP_WORDS = 5;
const QUOTA = 1;
const PERIOD = 2;
const RUNTIME = 3;
const DEBT = 4;
/** RUNTIME_INF: no quota. */
export const NO_QUOTA = -1;

/** A group without a quota, in fresh words. */
export function initCpuGroup(k: Kernel, group: Word): void {
  k.mem.fresh(group, CPU_GROUP_WORDS, 'cpu group', ['lock', 'quota', 'period', 'runtime', 'debt']);
  k.mem.store(group, 0);
  k.mem.writeOnce(group + QUOTA, NO_QUOTA);
  k.mem.writeOnce(group + PERIOD, 0);
}

/** tg_set_cfs_bandwidth(): a new quota; the runtime is whole again and no debt is left. */
export function* setCpuQuota(k: Kernel, group: Word, quotaNs: number, periodNs: number): Kthread {
  yield* spinLock(group);
  k.mem.writeOnce(group + QUOTA, quotaNs);
  k.mem.writeOnce(group + PERIOD, periodNs);
  k.mem.store(group + RUNTIME, Math.max(quotaNs, 0));
  k.mem.store(group + DEBT, 0);
  yield* spinUnlock(group);
}

/** The cap of the CPU controller on a job's threads: read once, without the lock. `group` 0 is the root. */
export function cpuGroupCap(k: Kernel, group: Word): number {
  const quota = group === 0 ? NO_QUOTA : k.mem.readOnce(group + QUOTA);
  if (quota === NO_QUOTA) return k.topology.nrCpuIds;
  return Math.floor(quota / k.mem.readOnce(group + PERIOD));
}

/** Takes a helper's time off the group: of its runtime first, the rest becomes debt. Nobody is throttled here. */
export function* chargeCpuGroup(k: Kernel, group: Word, ns: number): Kthread {
  if (group === 0) return;
  yield* spinLock(group);
  if (k.mem.readOnce(group + QUOTA) !== NO_QUOTA) {
    const left = k.mem.load(group + RUNTIME) - ns;
    k.mem.store(group + RUNTIME, Math.max(left, 0));
    if (left < 0) k.mem.store(group + DEBT, k.mem.load(group + DEBT) - left);
  }
  yield* spinUnlock(group);
}

/** The period timer: a new quota, of which the debt is paid first. Whether the group may run now. */
export function* refillCpuGroup(k: Kernel, group: Word): Kthread<boolean> {
  yield* spinLock(group);
  const quota = Math.max(k.mem.readOnce(group + QUOTA), 0);
  const paid = Math.min(k.mem.load(group + DEBT), quota);
  k.mem.store(group + DEBT, k.mem.load(group + DEBT) - paid);
  k.mem.store(group + RUNTIME, quota - paid);
  const may = mayRunLocked(k, group);
  yield* spinUnlock(group);
  return may;
}

/** Whether threads of the group may run: no debt, and runtime left; always without a quota. */
export function* cpuGroupMayRun(k: Kernel, group: Word): Kthread<boolean> {
  yield* spinLock(group);
  const may = mayRunLocked(k, group);
  yield* spinUnlock(group);
  return may;
}

function mayRunLocked(k: Kernel, group: Word): boolean {
  if (k.mem.readOnce(group + QUOTA) === NO_QUOTA) return true;
  return k.mem.load(group + DEBT) === 0 && k.mem.load(group + RUNTIME) > 0;
}

/** Runtime and debt, for who looks when nothing runs. */
export function cpuGroupState(
  k: Kernel,
  group: Word,
): { readonly runtimeNs: number; readonly debtNs: number } {
  return { runtimeNs: k.mem.load(group + RUNTIME), debtNs: k.mem.load(group + DEBT) };
}
