// Every kind of campaign. Another one is a module that exports a LoadedKind, and an entry here.
import type { Tree } from '../../lib/tree.ts';
import { InputError } from '../../lib/input-error.ts';
import { text, wholeNumber, type Dimension, type Kind } from './kind.ts';
import { MACHINE_DIMENSIONS } from './machine_dimensions.ts';

/** YAML reads 5.10 as the number 5.1. */
const inQuotes = (value: Tree): string | null =>
  typeof value === 'string' ? null : "expected text: versions in quotes, '5.10'";

const KERNEL: Dimension = {
  about: "kernel as --kernel takes it; the machine's own where none is given",
  all: async () => (await import('../../kernels/named.ts')).KERNEL_NAMES,
  wrong: inQuotes,
};
const CMDLINE: Dimension = { about: "kernel command line instead of the machine's", wrong: text };
const SEED: Dimension = { about: 'seed of the simulator or of the search', wrong: wholeNumber(0) };
const THREADS: Dimension = {
  about: 'threads a node, as --max-threads takes it',
  wrong: (value) =>
    (typeof value === 'number' && wholeNumber(1)(value) === null) ||
    (typeof value === 'string' && /^(\d+%?|cores|.*\.[cm]?[jt]s)$/.test(value))
      ? null
      : 'expected a number from 1, a share such as 25%, cores or a file',
};

const RECORD_FACTS: readonly (readonly [string, string])[] = [
  ['record', 'the run record (docs/run-record.md)'],
  ['log', "the kernel log's lines"],
  ['panic', 'the line with which the kernel panicked, or null'],
];

/** Text out of a list that only its module knows. */
function nameOf(all: () => Promise<readonly string[]>, about: string): Dimension {
  return { about, required: true, all, wrong: text };
}

export const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [
    'boot',
    {
      about: 'boots in the model; the invariants of their records',
      dimensions: new Map([
        ...MACHINE_DIMENSIONS,
        ['kernel', KERNEL],
        ['cmdline', CMDLINE],
        ['threads', THREADS],
        ['seed', SEED],
      ]),
      facts: new Map(RECORD_FACTS),
      load: async () => (await import('./boot.ts')).BOOT,
    },
  ],
  [
    'lint',
    {
      about: "machines' maps and tables against the rules, as lint does: an error fails",
      dimensions: new Map([...MACHINE_DIMENSIONS, ['kernel', KERNEL], ['cmdline', CMDLINE]]),
      facts: new Map([
        ['findings', 'all of them: rule, severity, message'],
        ['errors', 'how many are errors'],
        ['rules', 'ids of the rules that found something'],
      ]),
      load: async () => (await import('./lint.ts')).LINT,
    },
  ],
  [
    'verify',
    {
      about: 'captured boots held against the prediction, as verify does',
      dimensions: new Map([
        ['capture', { about: 'folder of a captured boot, or a kernel log', required: true, wrong: text }],
        ['kernel', KERNEL],
      ]),
      facts: new Map([
        ['fidelity', 'share of the memory lines that are exact'],
        ['differing', 'lines and rows that differ'],
        ['record', 'the run record'],
      ]),
      load: async () => (await import('./verify.ts')).VERIFY,
    },
  ],
  [
    'explore',
    {
      about: 'kernel threads under many schedules, as explore does',
      dimensions: new Map([
        [
          'scenario',
          nameOf(
            async () => (await import('../../scenarios/catalogue.ts')).SCENARIOS.map(({ name }) => name),
            'a scenario that explore lists; all: those in which nothing may be found',
          ),
        ],
        ['strategy', { about: 'random, pct, exhaustive or round-robin', wrong: text }],
        ['schedules', { about: 'schedules an item (10000)', wrong: wholeNumber(1) }],
        ['seed', SEED],
      ]),
      facts: new Map([
        ['schedules', 'schedules that were run'],
        ['steps', 'steps of all of them'],
        ['complete', 'whether no schedule is left'],
      ]),
      load: async () => (await import('./explore.ts')).EXPLORE,
    },
  ],
  [
    'predict',
    {
      about: 'deferred init and boot predicted, as predict does',
      dimensions: new Map([
        ...MACHINE_DIMENSIONS,
        ['kernel', KERNEL],
        ['cmdline', CMDLINE],
        ['threads', { about: 'threads a node', required: true, wrong: wholeNumber(1) }],
      ]),
      facts: new Map([
        ['deferredInitMs', 'value, low and high'],
        ['baseMs', 'the same without the series'],
        ['nodeCpus', 'CPUs of the largest node'],
      ]),
      load: async () => (await import('./predict.ts')).PREDICT,
    },
  ],
  [
    'memblock-differential',
    {
      about:
        "random memblock calls on the model and on the kernel's own mm/memblock.c (gcc, linux-source-6.1)",
      dimensions: new Map([
        ['seed', { ...SEED, required: true, about: 'seed of the calls' }],
        ['regions', { about: 'regions of each table (100)', wrong: wholeNumber(2) }],
        ['calls', { about: 'calls after the tables are there (200)', wrong: wholeNumber(1) }],
        [
          'drop',
          { about: 'calls left out, as a reduced item has them: ranges such as 3-90,95', wrong: text },
        ],
      ]),
      facts: new Map([['calls', 'calls that were made']]),
      load: async () => (await import('./memblock.ts')).MEMBLOCK,
    },
  ],
  [
    'fuzz',
    {
      about: 'made-up inputs: a clear refusal, or all of it runs (docs/fuzz.md)',
      dimensions: new Map([
        [
          'target',
          nameOf(
            async () => [...(await import('../../fuzz/targets.ts')).SHARED_TARGETS.keys()],
            'what reads the input',
          ),
        ],
        ['seed', { ...SEED, about: 'seed of the input' }],
        ['input', { about: 'the input itself, as base64: instead of a seed', wrong: text }],
      ]),
      facts: new Map(),
      load: async () => (await import('./fuzz.ts')).FUZZ,
    },
  ],
  [
    'judge',
    {
      about: 'a real kernel under QEMU held against the prediction, as judge does',
      dimensions: new Map([
        ...MACHINE_DIMENSIONS,
        ['image', { about: 'the kernel image: a bzImage for x86-64', required: true, wrong: text }],
        ['kernel', { ...KERNEL, about: "the model's kernel, instead of what is read from the image" }],
        ['cmdline', CMDLINE],
      ]),
      facts: new Map([
        ['fidelity', 'share of the memory lines that are exact'],
        ['differing', 'lines and rows that differ'],
        ['panic', "the real kernel's last words where it panicked, or null"],
      ]),
      load: async () => (await import('./judge.ts')).JUDGE,
    },
  ],
]);

/** @throws InputError 'usage' for a kind that is none */
export function kindNamed(name: string): Kind {
  const kind = KINDS.get(name);
  if (kind) return kind;
  throw new InputError('usage', `kind "${name}": expected one of ${[...KINDS.keys()].join(', ')}`);
}
