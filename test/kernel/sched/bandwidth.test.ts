// The CPU controller as the RFC charges it, with figures worked out by hand: quota, runtime, debt.
import test from 'ava';
import { LocalMemory } from '../../../src/cpu/memory.ts';
import type { Kthread } from '../../../src/cpu/op.ts';
import { bootKernel, KernelText, type Kernel } from '../../../src/kernel/kernel.ts';
import {
  chargeCpuGroup,
  CPU_GROUP_WORDS,
  cpuGroupCap,
  cpuGroupMayRun,
  cpuGroupState,
  initCpuGroup,
  NO_QUOTA,
  refillCpuGroup,
  setCpuQuota,
} from '../../../src/kernel/sched/bandwidth.ts';

function kernel(): { readonly k: Kernel; readonly group: number } {
  const topology = { nrCpuIds: 8, nrPossible: 8, nodeOfCpu: new Array<number>(8).fill(0), nrNodeIds: 1 };
  const mem = new LocalMemory();
  const k = bootKernel({ mem, text: new KernelText({}), topology });
  const group = mem.alloc(CPU_GROUP_WORDS);
  initCpuGroup(k, group);
  return { k, group };
}

/** Nobody else runs: every request does what it says. */
function alone<T>(k: Kernel, thread: Kthread<T>): T {
  let result = 0;
  for (;;) {
    const next = thread.next(result);
    if (next.done) return next.value;
    const op = next.value;
    result = 0;
    if (op.op === 'cmpxchg') result = k.mem.cmpxchg(op.at, op.old, op.next);
    if (op.op === 'release') k.mem.writeOnce(op.at, op.value);
  }
}

test('the cap: quota / period rounded down; nr_cpu_ids for the root and without a quota', (t) => {
  const { k, group } = kernel();
  t.is(cpuGroupCap(k, 0), 8);
  t.is(cpuGroupCap(k, group), 8);
  for (const [quota, cap] of [
    [400, 4],
    [399, 3],
    [100, 1],
    [99, 0],
    [0, 0],
    [NO_QUOTA, 8],
  ] as const) {
    alone(k, setCpuQuota(k, group, quota, 100));
    t.is(cpuGroupCap(k, group), cap, `quota ${quota}`);
  }
});

test('a charge takes runtime first, what is missing becomes debt', (t) => {
  const { k, group } = kernel();
  alone(k, setCpuQuota(k, group, 100, 100));
  alone(k, chargeCpuGroup(k, group, 60));
  t.deepEqual(cpuGroupState(k, group), { runtimeNs: 40, debtNs: 0 });
  t.true(alone(k, cpuGroupMayRun(k, group)));
  alone(k, chargeCpuGroup(k, group, 40));
  t.deepEqual(cpuGroupState(k, group), { runtimeNs: 0, debtNs: 0 });
  t.false(alone(k, cpuGroupMayRun(k, group)), 'no runtime left');
  alone(k, chargeCpuGroup(k, group, 250));
  t.deepEqual(cpuGroupState(k, group), { runtimeNs: 0, debtNs: 250 });
});

test('the group stands still until the debt is paid, a quota a period', (t) => {
  const { k, group } = kernel();
  alone(k, setCpuQuota(k, group, 100, 100));
  alone(k, chargeCpuGroup(k, group, 350));
  t.is(cpuGroupState(k, group).debtNs, 250);
  t.false(alone(k, refillCpuGroup(k, group)));
  t.false(alone(k, refillCpuGroup(k, group)));
  t.deepEqual(cpuGroupState(k, group), { runtimeNs: 0, debtNs: 50 });
  t.true(alone(k, refillCpuGroup(k, group)));
  t.deepEqual(cpuGroupState(k, group), { runtimeNs: 50, debtNs: 0 });
});

test('a debt of exactly one quota: paid in one period, nothing left to run with; one less, and it runs', (t) => {
  const { k, group } = kernel();
  alone(k, setCpuQuota(k, group, 100, 100));
  alone(k, chargeCpuGroup(k, group, 200));
  t.false(alone(k, refillCpuGroup(k, group)));
  t.deepEqual(cpuGroupState(k, group), { runtimeNs: 0, debtNs: 0 });
  alone(k, setCpuQuota(k, group, 100, 100));
  alone(k, chargeCpuGroup(k, group, 199));
  t.true(alone(k, refillCpuGroup(k, group)));
  t.deepEqual(cpuGroupState(k, group), { runtimeNs: 1, debtNs: 0 });
});

test('a new quota sets the debt to 0; the root and a group without a quota are never charged', (t) => {
  const { k, group } = kernel();
  alone(k, setCpuQuota(k, group, 100, 100));
  alone(k, chargeCpuGroup(k, group, 1000));
  alone(k, setCpuQuota(k, group, 200, 100));
  t.deepEqual(cpuGroupState(k, group), { runtimeNs: 200, debtNs: 0 });
  alone(k, setCpuQuota(k, group, NO_QUOTA, 100));
  alone(k, chargeCpuGroup(k, group, 1000));
  t.deepEqual(cpuGroupState(k, group), { runtimeNs: 0, debtNs: 0 });
  t.true(alone(k, cpuGroupMayRun(k, group)));
  alone(k, chargeCpuGroup(k, 0, 1000));
});
