// padata's serial side on the simulator: callbacks in order, CPU masks, hotplug, sysfs, the pool running dry.
import test from 'ava';
import { cpuOnline } from '../../../src/kernel/cpu.ts';
import { cpumaskAssign, formatCpumask, parseCpumask } from '../../../src/kernel/cpumask.ts';
import { cpusOfMask, type Kernel, type KernelFunction } from '../../../src/kernel/kernel.ts';
import {
  padataAlloc,
  padataAllocShell,
  padataDoParallel,
  padataDoSerial,
  padataFree,
  padataFreeShell,
  padataSetCpumask,
  showCpumask,
  storeCpumask,
} from '../../../src/kernel/padata.ts';
import { hotplugCpuDown, hotplugCpuUp } from '../../../src/kernel/padata/hotplug.ts';
import { seqDifference } from '../../../src/kernel/padata/serial.ts';
import { PADATA_6_1 } from '../../../src/kernel/padata/profiles.ts';
import {
  EINVAL,
  PADATA_PRIV_WORDS,
  PD_REFCNT,
  pdPcpu,
  PRIV_CB_CPU,
  PRIV_INFO,
  PRIV_PARALLEL,
  PRIV_SERIAL,
  SHELL_PD,
} from '../../../src/kernel/padata/structs.ts';
import { padataFreeWorks, padataWorkAlloc } from '../../../src/kernel/padata/works.ts';
import type { Kthread, Word } from '../../../src/cpu/op.ts';
import { padataMachine } from '../helpers/padata-sim.ts';

interface Setup {
  readonly k: Kernel;
  /** Numbers of the objects in the order of their callbacks, with the CPU of each. */
  readonly called: { readonly id: number; readonly cpu: number }[];
  /** Objects in the order in which their parallel parts ended. */
  readonly done: number[];
  readonly run: (body: (k: Kernel, pinst: Word, shell: Word) => Kthread) => void;
}

/** An instance with a shell on so many CPUs; object `id` takes `work(id)` units in parallel. */
function setup(cpus: number, work: (id: number) => number = () => 1): Setup {
  const called: { id: number; cpu: number }[] = [];
  const done: number[] = [];
  const parallel: KernelFunction = function* (k, padata) {
    const id = k.mem.load(padata + PRIV_INFO);
    yield { op: 'run', work: 'leaf', arg: 0, start: 0, end: work(id) };
    done.push(id);
    yield* padataDoSerial(k, padata);
  };
  const serial: KernelFunction = function* (k, padata) {
    called.push({ id: k.mem.load(padata + PRIV_INFO), cpu: yield { op: 'getcpu' } });
  };
  const machine = padataMachine(new Array<number>(cpus).fill(0), PADATA_6_1, { parallel, serial });
  const { k } = machine;
  const run: Setup['run'] = (body) =>
    machine.run(function* () {
      const pinst = yield* padataAlloc(k);
      const shell = yield* padataAllocShell(k, pinst);
      yield* body(k, pinst, shell);
    });
  return { k, called, done, run };
}

/** Hands an object in; what padata_do_parallel() returned, and the CPU that will call back. */
function* submit(k: Kernel, shell: Word, id: number, cbCpu = 0): Kthread<{ error: number; cpu: number }> {
  const padata = k.mem.alloc(PADATA_PRIV_WORDS);
  k.mem.store(padata + PRIV_INFO, id);
  k.mem.store(padata + PRIV_PARALLEL, k.text.address('parallel'));
  k.mem.store(padata + PRIV_SERIAL, k.text.address('serial'));
  const error = yield* padataDoParallel(k, shell, padata, cbCpu);
  return { error, cpu: k.mem.load(padata + PRIV_CB_CPU) };
}

test('whatever order the parallel parts end in, the callbacks come in the order of submission', (t) => {
  const { called, done, run } = setup(4, (id) => 100 - 10 * id);
  run(function* (k, _pinst, shell) {
    for (let id = 0; id < 4; id += 1) t.is((yield* submit(k, shell, id)).error, 0);
  });
  t.notDeepEqual(done, [0, 1, 2, 3]);
  t.deepEqual(
    called.map(({ id }) => id),
    [0, 1, 2, 3],
  );
});

test('the callback runs on the CPU asked for, or on another of the serial mask where that is not in it', (t) => {
  const { called, run } = setup(4);
  run(function* (k, pinst, shell) {
    t.is((yield* submit(k, shell, 0, 2)).cpu, 2);
    t.is(yield* padataSetCpumask(k, pinst, 'serial', [1, 3]), 0);
    t.is((yield* submit(k, shell, 1, 3)).cpu, 3);
    // 2 is not in { 1, 3 }: 2 mod 2 is the first of them, and 0 mod 2 too
    t.is((yield* submit(k, shell, 2, 2)).cpu, 1);
    t.is((yield* submit(k, shell, 3, 0)).cpu, 1);
  });
  t.deepEqual(
    called.map(({ id, cpu }) => [id, cpu]).sort((a, b) => (a[0] as number) - (b[0] as number)),
    [
      [0, 2],
      [1, 3],
      [2, 1],
      [3, 1],
    ],
  );
});

test('no work is free: the object is worked on at once, in the thread that hands it in', (t) => {
  const { called, done, run } = setup(2);
  run(function* (k, _pinst, shell) {
    const taken = [padataWorkAlloc(k), padataWorkAlloc(k)];
    t.true(taken.every((pw) => pw !== 0));
    t.is(padataFreeWorks(k), 0);
    yield* submit(k, shell, 7);
    t.deepEqual(done, [7]);
  });
  t.deepEqual(
    called.map(({ id }) => id),
    [7],
  );
});

test('a mask without an online CPU: objects are refused until it has one again', (t) => {
  const { called, run } = setup(3);
  run(function* (k, pinst, shell) {
    yield* hotplugCpuDown(k, 2);
    yield* padataSetCpumask(k, pinst, 'parallel', [2]);
    t.is((yield* submit(k, shell, 0)).error, EINVAL);
    yield* hotplugCpuUp(k, 2);
    t.is((yield* submit(k, shell, 1)).error, 0);
  });
  t.deepEqual(
    called.map(({ id }) => id),
    [1],
  );
});

test('a CPU goes and comes back: new parallel data without it, the old one freed after its last object', (t) => {
  const { run } = setup(3);
  run(function* (k, _pinst, shell) {
    const before = k.mem.readOnce(shell + SHELL_PD);
    t.deepEqual(cpusOfMask(k, pdPcpu(before)), [0, 1, 2]);
    t.is(k.mem.readOnce(before + PD_REFCNT), 1);
    t.true(yield* hotplugCpuDown(k, 1));
    t.false(yield* hotplugCpuDown(k, 1));
    t.false(cpuOnline(k, 1));
    const after = k.mem.readOnce(shell + SHELL_PD);
    t.not(after, before);
    t.deepEqual(cpusOfMask(k, pdPcpu(after)), [0, 2]);
    t.is(k.mem.readOnce(before + PD_REFCNT), 0);
    yield* hotplugCpuUp(k, 1);
    t.deepEqual(cpusOfMask(k, pdPcpu(k.mem.readOnce(shell + SHELL_PD))), [0, 1, 2]);
  });
});

test('sysfs: masks are read as hexadecimal and written back', (t) => {
  const { run } = setup(4);
  run(function* (k, pinst) {
    t.is(yield* showCpumask(k, pinst, 'parallel'), 'f\n');
    t.is(yield* storeCpumask(k, pinst, 'parallel', '5\n'), 2);
    t.is(yield* showCpumask(k, pinst, 'parallel'), '5\n');
    t.is(yield* showCpumask(k, pinst, 'serial'), 'f\n');
    for (const bad of ['', 'x', '10', '1,zz'])
      t.is(yield* storeCpumask(k, pinst, 'serial', bad), EINVAL, bad);
  });
});

test('masks of more than 32 CPUs are printed in groups', (t) => {
  const { k } = padataMachine(new Array<number>(40).fill(0), PADATA_6_1);
  const mask = k.mem.alloc(k.data.maskWords);
  cpumaskAssign(k, mask, [0, 31, 32, 39]);
  t.is(formatCpumask(k, mask), '81,80000001');
  t.deepEqual(parseCpumask(k, '81,80000001'), [0, 31, 32, 39]);
  t.is(parseCpumask(k, '100,00000000'), undefined);
});

test('sequence numbers compare across their wrap', (t) => {
  t.true(seqDifference(2 ** 32 - 1, 0) < 0);
  t.true(seqDifference(0, 2 ** 32 - 1) > 0);
  t.is(seqDifference(5, 5), 0);
});

test('an instance is freed after its shells; there is no way out for padata itself (patch 1)', async (t) => {
  const { run } = setup(2);
  run(function* (k, pinst, shell) {
    yield* padataFreeShell(k, shell);
    yield* padataFree(k, pinst);
    t.is(k.mem.load(k.data.padataInstances), k.data.padataInstances);
  });
  const api = Object.keys(await import('../../../src/kernel/padata.ts'));
  t.false(api.some((name) => /exit/i.test(name)));
});
