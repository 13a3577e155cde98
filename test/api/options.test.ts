// Options of the library as plain JavaScript gives them: what is none, or of another kind, is refused by name.
import test from 'ava';
import {
  bootMachine,
  BUILTIN_NAMES,
  builtinScenario,
  exploreSchedules,
  fits,
  InputError,
  KERNEL_NAMES,
  lint,
  MiB,
  missing,
  movable,
  Padata,
  runOnMachine,
  slowBoots,
  threadScenario,
  type KernelName,
  type MachineName,
  type ZoneName,
} from '../../src/index.ts';
import type { KnownScenario } from '../../src/scenarios/catalogue.ts';

/** What bootMachine says to options that no compiler has looked at. */
async function refusal(options: object): Promise<string> {
  const error: unknown = await bootMachine('tiny-512m', options).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InputError)) return `no InputError: ${String(error)}`;
  return `${error.kind}: ${error.message}`;
}

test('an option that there is none of: the one that was meant', async (t) => {
  t.is(await refusal({ apend: 'x' }), 'usage: bootMachine: no option "apend": did you mean append?');
  t.is(
    await refusal({ maxthreads: 2 }),
    'usage: bootMachine: no option "maxthreads": did you mean maxThreads?',
  );
  // nothing is near: no list of them all
  for (const name of ['zzzzzzzz', 'constructor'])
    t.is(await refusal({ [name]: 1 }), `usage: bootMachine: no option "${name}"`);
  t.is(await refusal({ ['x'.repeat(61)]: 1 }), `usage: bootMachine: no option "${'x'.repeat(60)}…"`);
});

test('a value of another kind: what was expected', async (t) => {
  t.is(
    await refusal({ cpus: 'real' }),
    `usage: bootMachine: cpus "real": expected 'simulated' or 'threads' or 'emulated'`,
  );
  t.is(await refusal({ append: 5 }), 'usage: bootMachine: append 5: expected a text');
  t.is(await refusal({ kernel: null }), 'usage: bootMachine: kernel null: expected a text');
  t.regex(
    await refusal({ arch: 'arm64' }),
    /arch "arm64": expected 'x86' or 'generic', or what defineArch\(\) returns/,
  );
  t.regex(await refusal({ arch: {} }), /arch an object: expected /);
  t.regex(await refusal({ seed: 1.5 }), /seed 1.5: expected a whole number/);
  t.regex(await refusal({ seed: -1 }), /seed -1: expected/);
  t.regex(await refusal({ seed: 2 ** 32 }), /seed 4294967296: expected/);
  t.regex(await refusal({ signal: {} }), /signal an object: expected an AbortSignal/);
  t.regex(await refusal({ onLine: 'x' }), /onLine "x": expected a function/);
  t.regex(await refusal({ maxThreads: 0 }), /maxThreads 0: expected a whole number from 1/);
});

test('what is left out may stand as undefined', async (t) => {
  const boot = await bootMachine('tiny-512m', { append: undefined, seed: 2 ** 32 - 1 } as object);
  t.is(boot.record.machine, 'tiny-512m');
});

/** What a call says to what no compiler has looked at. */
async function said(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return error instanceof InputError
      ? `${error.kind}: ${error.message}`
      : `no InputError: ${String(error)}`;
  }
  return 'nothing';
}

test('the other calls look at their options as well', async (t) => {
  const wrong = <T>(options: object): T => options as T;
  const padata = new Padata({ cpus: 2 });
  const scenario = threadScenario({ name: 's', cpus: 1, setup: () => 0, threads: [function* () {}] });
  const cases: [() => unknown, RegExp][] = [
    [
      () => missing('tiny-512m', wrong({ instaledBytes: 1 })),
      /^usage: missing: no option "instaledBytes": did you mean installedBytes\?$/,
    ],
    [() => missing('tiny-512m', wrong({ cmdline: '' })), /^usage: missing: no option "cmdline"$/],
    [() => missing('tiny-512m', { installedBytes: 0 }), /installedBytes 0: expected a whole number from 1$/],
    [
      () => fits('tiny-512m', wrong({ crashkernel: '64M' })),
      /^usage: fits: crashkernel "64M": expected a list of texts$/,
    ],
    [
      () => fits('tiny-512m', { cma: ['4M'] }, wrong({ kernal: '6.1' })),
      /no option "kernal": did you mean kernel\?$/,
    ],
    [() => lint('tiny-512m', wrong({ only: [1] })), /^usage: lint: only an array: expected a list of texts$/],
    [() => movable('tiny-512m', wrong({ append: 5 })), /^usage: movable: append 5: expected a text$/],
    [() => slowBoots('tiny-512m', wrong({ cpu: 1 })), /^usage: slowBoots: no option "cpu"$/],
    [() => new Padata({ cpus: 1, kernel: 'bsae' }), /^usage: kernel "bsae": did you mean base\?$/],
    // 5.8 and 6.1 are one letter away, and another kernel each
    [
      () => new Padata({ cpus: 1, kernel: '6.8' }),
      /^usage: kernel "6\.8": expected a name that docs\/kernels\.md tells, such as 6\.1 or v2$/,
    ],
    [
      () => new Padata(wrong({ cpus: 1, on: 'threads' })),
      /^usage: new Padata: on "threads": expected 'simulator' or 'workers'$/,
    ],
    [
      () => new Padata(wrong({ cpus: '2' })),
      /^usage: new Padata: cpus "2": expected a number of CPUs, or the node of each$/,
    ],
    [
      () => padata.multithreaded(wrong({ work: () => 0, start: 0, size: 1, minchunk: 1 })),
      /no option "minchunk": did you mean minChunk\?$/,
    ],
    [
      () => padata.multithreaded(wrong({ work: 'x', start: 0, size: 1 })),
      /work "x": expected a function, or \{ module, data \}$/,
    ],
    [
      () => padata.serial(wrong({ work: () => 0, objects: 1 })),
      /expected \{ parallel, serial \}, or \{ module, data \}$/,
    ],
    [
      () => runOnMachine('tiny-512m', new Uint8Array(), { maxMs: -1 }),
      /^usage: runOnMachine: maxMs -1: expected milliseconds from 0 on$/,
    ],
    [
      () => exploreSchedules(scenario, wrong({ strategy: 'all' })),
      /^usage: exploreSchedules: strategy "all": expected 'random' or /,
    ],
    [() => exploreSchedules(scenario, { schedules: 0 }), /schedules 0: expected a whole number from 1$/],
  ];
  for (const [call, expected] of cases) t.regex(await said(call), expected);
});

test('scenarios by name', async (t) => {
  const scenario = await builtinScenario('mutant/lost-wake');
  t.regex(exploreSchedules(scenario, { strategy: 'random' }).failure?.message ?? '', /^deadlock/);
  t.is(
    await said(() => builtinScenario('mutant/lost-wak')),
    'usage: scenario "mutant/lost-wak": did you mean mutant/lost-wake?',
  );
  t.is(
    await said(() => builtinScenario('')),
    'usage: scenario "": expected one that earlyboot explore lists',
  );
});

test('installed memory reaches the question, not the boot', async (t) => {
  const answer = await missing('tiny-512m', { installedBytes: 600 * MiB, append: 'mem=400M' });
  t.deepEqual([answer.installedBytes, answer.installedFrom], [600 * MiB, 'given']);
});

test('known names are types, and other texts are taken', (t) => {
  // each line is the compiler's to check: were a union to widen to string, the expected errors would be none
  const machine: BuiltinMachine = 'laptop-16g';
  const kernel: KernelRules = '7.3';
  // @ts-expect-error: no machine that comes with earlyboot
  const noMachine: BuiltinMachine = 'laptop-17g';
  // @ts-expect-error: no kernel of the list
  const noKernel: KernelRules = '6.0';
  const paths: [MachineName, KernelName, ZoneName] = ['my.yaml', './vmlinuz', 'Mine'];
  t.is(new Set([machine, kernel, noMachine, noKernel, ...paths]).size, 7);
  const scenario: KnownScenario = 'mutant/lost-wake';
  // @ts-expect-error: no scenario that comes with earlyboot
  const noScenario: KnownScenario = 'mutant/lost-sleep';
  t.not(scenario, noScenario);
  t.true(BUILTIN_NAMES.includes(machine) && KERNEL_NAMES.includes(kernel));
});

type BuiltinMachine = (typeof BUILTIN_NAMES)[number];
type KernelRules = (typeof KERNEL_NAMES)[number];
