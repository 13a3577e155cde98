// How fast src/mm/memblock.ts is beside the kernel's own mm/memblock.c, on the same operations in the same run.
//
//   npx node bench/memblock.ts [--capture DIR] [--rounds N] [--only boot,1000,10000,100000]
//
// `boot` replays the operations of real boots (three captures, or the one in DIR); a number is the regions of each table
// in a random load.
//
// The C is built with gcc -O2 from an unpacked linux-source-6.1 (see src/campaign/memblock/linux-source.ts); without one, only
// the times of the model are printed. Both sides check every result against the first run's.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../src/lib/input-error.ts';
import { linuxSource } from '../src/campaign/memblock/linux-source.ts';
import { capture } from '../test/helpers/captures.ts';
import { captureOps } from './memblock/capture.ts';
import { NativeMemblock } from '../src/campaign/memblock/native.ts';
import { time } from '../src/campaign/memblock/ops.ts';
import type { OpList } from '../src/campaign/memblock/ops.ts';
import { randomOps } from '../src/campaign/memblock/random.ts';
import { median } from './median.ts';

interface Load {
  readonly name: string;
  readonly ops: () => OpList;
  /** Repeats of the list in one round, on either side. */
  readonly repeats: number;
}

const CAPTURES = ['ovmf-8g-2n-4c', 'q35-256g-4n-32c', 'q35-8g-2n-percpu-page'];
const { values } = parseArgs({
  options: {
    capture: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
  },
});

function boots(): Load[] {
  const folders = values.capture ? [values.capture] : CAPTURES.map((name) => capture('6.1', name).path);
  return folders.map((dir) => ({
    name: `boot ${path.basename(dir)}`,
    ops: () => captureOps(dir).ops,
    repeats: 400,
  }));
}

function randomLoad(regions: number, mix: number, repeats: number): Load {
  return { name: String(regions), ops: () => randomOps(regions, mix), repeats };
}

function native(): NativeMemblock | null {
  try {
    return new NativeMemblock(linuxSource());
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`${error.message}; timing the model alone\n`);
    return null;
  }
}

function main(): void {
  const c = native();
  const rounds = Number(values.rounds);
  const loads = [
    ...boots(),
    randomLoad(1000, 10_000, 5),
    randomLoad(10_000, 20_000, 1),
    randomLoad(100_000, 5000, 1),
  ];
  const only = values.only?.split(',');
  process.stdout.write(`${'load'.padEnd(27)}     ops     C ns/op  model ns/op  model/C (rounds)\n`);
  for (const load of loads.filter(
    ({ name }) => only === undefined || only.includes(name.split(' ')[0] ?? name),
  )) {
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
      (Number.isNaN(ns) ? '-' : ns.toFixed(0)).padStart(11),
    );
    const all = ratios.map((ratio) => ratio.toPrecision(3)).join(' ');
    const row = `${load.name.padEnd(26)}${String(ops.length).padStart(9)} ${figures.join(' ')}`;
    process.stdout.write(c === null ? `${row}  -\n` : `${row}  ${median(ratios).toPrecision(3)} (${all})\n`);
  }
  c?.dispose();
}

main();
