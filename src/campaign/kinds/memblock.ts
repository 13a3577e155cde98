// kind memblock-differential: random calls on the model, and on the kernel's own mm/memblock.c built for user space.
import { InputError } from '../../lib/input-error.ts';
import { withoutRuns, type Lab } from '../../lib/reduce.ts';
import type { ItemValues } from '../campaign.ts';
import { linuxSource } from '../memblock/linux-source.ts';
import { NativeMemblock } from '../memblock/native.ts';
import { callText, STRIDE, without, type OpList } from '../memblock/ops.ts';
import { randomOps } from '../memblock/random.ts';
import { Found, numberOf, textOf, type LoadedKind, type Place, type Ran } from './kind.ts';

const REGIONS = 100;
const CALLS = 200;

let native: NativeMemblock | null = null;

/** Built once a thread; the temporary folder goes with the process. */
function nativeMemblock(): NativeMemblock {
  if (native !== null) return native;
  const built = new NativeMemblock(linuxSource());
  process.once('exit', () => built.dispose());
  native = built;
  return built;
}

function wholeList(values: ItemValues): OpList {
  const calls = numberOf(values, 'calls', CALLS);
  return randomOps(numberOf(values, 'regions', REGIONS), calls, numberOf(values, 'seed', 1));
}

async function run(values: ItemValues, _place: Place): Promise<Ran> {
  const dropped = parseDropped(textOf(values, 'drop') ?? '');
  const whole = wholeList(values);
  const ops = dropped.size === 0 ? whole : without(whole, dropped);
  const found = nativeMemblock().firstDiffering(ops);
  if (found === null) return { end: 'ok', facts: { calls: ops.length } };
  const expected = ops.words[found.call * STRIDE + STRIDE - 1] ?? 0;
  throw new Found(
    `the model returns 0x${expected.toString(16)}, memblock.c 0x${found.got.toString(16)}`,
    `call ${found.call}: ${callText(ops, found.call)}`,
  );
}

/** Calls left out as long as the results differ. */
async function smaller(values: ItemValues, _place: Place, lab: Lab<ItemValues>): Promise<ItemValues> {
  const { length } = wholeList(values);
  const all = Array.from({ length }, (_, i) => i);
  const item = (kept: readonly number[]): ItemValues => {
    const left = new Set(kept);
    return { ...values, drop: droppedText(all.filter((at) => !left.has(at))) };
  };
  const kept = await withoutRuns(all, { fails: (left) => lab.fails(item(left)), spent: lab.spent });
  return kept.length === length ? values : item(kept);
}

/** `3-90,95` */
function droppedText(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

function parseDropped(text: string): Set<number> {
  const dropped = new Set<number>();
  if (text === '') return dropped;
  for (const part of text.split(',')) {
    const [, from = '', to = from] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (from === '') throw new InputError('schema', `drop "${text}": expected ranges such as 3-90,95`);
    for (let at = Number(from); at <= Number(to); at++) dropped.add(at);
  }
  return dropped;
}

export const MEMBLOCK: LoadedKind = { run, smaller };
