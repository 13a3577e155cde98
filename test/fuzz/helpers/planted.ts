// A target with faults on purpose: the first word of a case says which. It is in no list; only the harness's own test runs it.
import { InputError } from '../../../src/lib/input-error.ts';
import { Bug } from '../../../src/lib/bug.ts';
import { Wrong, type CreateTarget } from '../../../src/fuzz/target.ts';

const WORDS = [
  'fine',
  'refused',
  'vague',
  'error',
  'bug',
  'wrong',
  'hang',
  'idle',
  'heap',
  'buffers',
  'escape',
  'exit',
];

export const create: CreateTarget = async () => ({
  deepEvery: 2,
  generate: (dice) => new TextEncoder().encode(`${dice.pick(WORDS.slice(0, 6))}\nline ${dice.below(1000)}\n`),
  run: async (bytes) => {
    const word = new TextDecoder()
      .decode(bytes)
      .split('\n')
      .find((line) => WORDS.includes(line));
    await faults[word ?? 'fine']?.();
  },
});

const faults: Readonly<Record<string, () => Promise<void> | void>> = {
  refused: () => {
    throw new InputError('syntax', 'case:1: "x": expected another word');
  },
  vague: () => {
    throw new InputError('syntax', 'undefined: expected something');
  },
  error: () => plantedError(null),
  bug: plantedBug,
  wrong: () => {
    throw new Wrong('3 in, 4 out');
  },
  hang: plantedHang,
  idle: () => new Promise<void>(() => undefined),
  heap: plantedHeap,
  buffers: plantedBuffers,
  escape: () => {
    queueMicrotask(() => {
      throw new TypeError('planted, where nobody awaits it');
    });
    return new Promise<void>(() => undefined);
  },
  exit: () => process.exit(7),
};

function plantedError(value: { readonly length: number } | null): void {
  if ((value as { readonly length: number }).length > 0) throw new RangeError('planted');
}

function plantedBug(): void {
  throw new Bug('17 pages twice');
}

function plantedHang(): void {
  for (let i = 0; ; i = (i + 1) % 1000) Math.imul(i, i);
}

function plantedHeap(): void {
  const kept: number[][] = [];
  for (let i = 0; ; i++) kept.push(Array<number>(2 ** 17).fill(i));
}

/** Outside the heap, where its limit does not reach. */
function plantedBuffers(): void {
  const kept: Uint8Array[] = [];
  for (;;) kept.push(new Uint8Array(2 ** 22).fill(1));
}
