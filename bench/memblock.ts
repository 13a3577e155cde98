// How fast src/mm/memblock.ts is beside the kernel's own mm/memblock.c, on the same operations in the same run.
//
//   node bench/memblock.ts [--capture DIR] [--rounds N] [--only boot,1000,10000,100000]
//
// The C is built with gcc -O2 from an unpacked linux-source-6.1 (see test/conformance/linux-source.ts); without one, only
// the times of the model are printed. Both sides check every result against the first run's.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../src/lib/input-error.ts';
import { linuxSource } from '../test/conformance/linux-source.ts';
import { capturesFolder } from '../test/helpers/captures.ts';
import { captureOps } from './memblock/capture.ts';
import { NativeMemblock } from './memblock/native.ts';
import { time } from './memblock/ops.ts';
import type { OpList } from './memblock/ops.ts';
import { randomOps } from './memblock/random.ts';

interface Load {
  readonly name: string;
  readonly ops: () => OpList;
  /** Repeats of the list in one round, on either side. */
  readonly repeats: number;
}

const CAPTURE = '6.1/q35-256g-4n-32c';
const { values } = parseArgs({
  options: {
    capture: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
  },
});

function capturePath(): string {
  return values.capture ?? path.join(capturesFolder(), CAPTURE);
}

const LOADS: readonly Load[] = [
  { name: 'boot', ops: () => captureOps(capturePath()), repeats: 400 },
  { name: '1000', ops: () => randomOps(1000, 10_000), repeats: 5 },
  { name: '10000', ops: () => randomOps(10_000, 20_000), repeats: 1 },
  { name: '100000', ops: () => randomOps(100_000, 5_000), repeats: 1 },
];

function native(): NativeMemblock | null {
  try {
    return new NativeMemblock(linuxSource());
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`${error.message}; timing the model alone\n`);
    return null;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function main(): void {
  const c = native();
  const rounds = Number(values.rounds);
  const only = values.only?.split(',');
  process.stdout.write('load          ops     C ns/op  model ns/op  model/C (rounds)\n');
  for (const load of LOADS.filter((l) => only === undefined || only.includes(l.name))) {
    const ops = load.ops();
    const words = new Float64Array(ops.words);
    for (let i = 0; i < load.repeats; i++) time(words);
    const times: { c: number; model: number }[] = [];
    for (let round = 0; round < (load.name === '100000' ? 1 : rounds); round++) {
      const model = median(Array.from({ length: load.repeats }, () => time(words)));
      times.push({ model, c: c === null ? NaN : median(c.time(ops, load.repeats)) });
    }
    const ratios = times.map((t) => t.model / t.c);
    const figures = [median(times.map((t) => t.c)), median(times.map((t) => t.model))].map((ns) =>
      ns.toFixed(0).padStart(11),
    );
    const all = ratios.map((ratio) => ratio.toPrecision(3)).join(' ');
    const row = `${load.name.padEnd(8)}${String(ops.length).padStart(9)} ${figures.join(' ')}`;
    process.stdout.write(`${row}  ${median(ratios).toPrecision(3)} (${all})\n`);
  }
  c?.dispose();
}

main();
