// earlyboot bench: how fast struct pages are initialised and freed on threads, beside the same work in C.
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { InputError } from '../lib/input-error.ts';
import { GiB, SECTION_SIZE } from '../lib/units.ts';
import { BenchMachine, benchShape, measureEmptyJobs } from '../cpus/threads/bench.ts';
import type { BenchRun } from '../cpus/threads/bench.ts';
import { refuseIfTooLarge } from '../cpus/threads/host_memory.ts';
import { WorkerPool } from '../cpus/threads/pool.ts';
import { answer, textColumns } from './answer.ts';
import { compileNative, NativePages } from './bench-native.ts';
import type { NativeProgram } from './bench-native.ts';
import { padataLine, table, type EmptyJob, type Row } from './bench-table.ts';
import { printJson, type CliIo } from './io.ts';
import { positiveInteger } from './options.ts';

const HELP = `
Every run initialises and frees the struct pages of the modelled memory (64 bytes for each 4 KiB, 1 GiB for 64 GiB). Memory is
touched before, runs of threads and of C take turns, figures are medians. All of them are measured on this host, now.

Examples:
  earlyboot bench                        16, 64 and 128 GiB, 1 thread and all cores
  earlyboot bench --gib 64 --runs 21     the figures of the README
  earlyboot bench --data-path plain      the same with plain TypeScript loops`;

/** `bench [options]` */
export function benchCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Measures initialising and freeing struct pages on worker threads, beside the same in C.')
    .option('--gib <list>', 'GiB of modelled memory', integers, [16, 64, 128])
    .option('--threads <list>', 'numbers of threads', integers, defaultThreads())
    .option('--runs <n>', 'runs of each, the first left out', positiveInteger, 9)
    .option('--force', `more threads than ${THREADS_PER_CPU} for each of the host's CPUs`)
    .addOption(
      new Option('--data-path <loops>', 'the loops over pages').choices(['wasm', 'plain']).default('wasm'),
    )
    .option('--no-native', 'without the same work in C')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (options) => {
      refuseManyThreads(options.threads, options.force === true, availableParallelism());
      const dataPath = options.dataPath === 'plain' ? 'plain' : 'wasm';
      const native: NativeProgram = options.native ? await compileNative() : { missing: '--no-native' };
      if ('missing' in native && options.native)
        io.stderr(`earlyboot: no comparison with C: ${native.missing}\n`);
      const pools = new Map<number, WorkerPool>();
      try {
        for (const threads of options.threads) pools.set(threads, await WorkerPool.start(threads));
        const rows: Row[] = [];
        for (const gib of options.gib) {
          io.stderr(`earlyboot: ${gib} GiB of modelled memory, ${options.runs} runs\n`);
          rows.push(...(await measure(gib, options.threads, options.runs, dataPath, native, pools)));
        }
        const empty = await emptyJobs(pools, options.threads);
        if (options.json === true)
          printJson(io, { version: 1, dataPath, runs: options.runs, rows, emptyJob: empty });
        else answer(io, table(rows, textColumns(io)) + padataLine(empty));
      } finally {
        if ('path' in native) native.remove();
        await Promise.all([...pools.values()].map((pool) => pool.close()));
      }
    });
}

function integers(text: string): number[] {
  const list = text.split(',').map(Number);
  if (list.some((n) => !Number.isSafeInteger(n) || n < 1)) {
    throw new InvalidArgumentError('expected whole numbers from 1, with commas between them.');
  }
  return list;
}

/** A thread costs 3 MiB and a start: more than this shows nothing but the host's scheduler. */
const THREADS_PER_CPU = 4;
/** Beyond this no host starts them, forced or not. */
const MOST_THREADS = 1024;

/** @throws InputError 'usage' before any thread is started */
export function refuseManyThreads(threads: readonly number[], force: boolean, hostCpus: number): void {
  const most = force ? MOST_THREADS : THREADS_PER_CPU * hostCpus;
  const wanted = threads.find((count) => count > most);
  if (wanted === undefined) return;
  const hint = force
    ? ''
    : `, ${THREADS_PER_CPU} for each of the host's ${hostCpus} CPUs (--force lifts that)`;
  throw new InputError('usage', `--threads ${wanted}: expected at most ${most} threads${hint}`);
}

/** 1 thread and all cores. */
function defaultThreads(): number[] {
  return [...new Set([1, availableParallelism()])];
}

async function measure(
  gib: number,
  threads: readonly number[],
  runs: number,
  dataPath: 'wasm' | 'plain',
  native: NativeProgram,
  pools: ReadonlyMap<number, WorkerPool>,
): Promise<Row[]> {
  const shape = benchShape(gib, dataPath);
  refuseIfTooLarge(shape, 'bench');
  const machine = new BenchMachine(shape);
  const sections = (gib * GiB) / SECTION_SIZE;
  const child =
    'path' in native ? await NativePages.start(native.path, sections, Math.max(...threads)) : null;
  const ours = new Map(threads.map((n): [number, BenchRun[]] => [n, []]));
  const theirs = new Map(threads.map((n): [number, BenchRun[]] => [n, []]));
  // One run of each warms memory and compiled code and is thrown away.
  try {
    for (let run = 0; run <= runs; run += 1) {
      for (const n of threads) {
        const pool = pools.get(n);
        if (pool === undefined) throw new InputError('usage', `no workers for ${n} threads`);
        const mine = await machine.run(pool, n);
        const native = child ? await child.run(n) : null;
        if (run === 0) continue;
        ours.get(n)?.push(mine);
        if (native) theirs.get(n)?.push(native);
      }
    }
  } finally {
    child?.close();
  }
  const one = threads[0] ?? 1;
  return threads.map((n) =>
    row(gib, machine.pages, n, ours.get(n) ?? [], theirs.get(n) ?? [], [
      median(ours.get(one) ?? [], 'wallNs'),
      median(theirs.get(one) ?? [], 'wallNs'),
    ]),
  );
}

function row(
  gib: number,
  pages: number,
  threads: number,
  ours: readonly BenchRun[],
  theirs: readonly BenchRun[],
  [oneThread, oneNative]: readonly [number, number],
): Row {
  const wallNs = median(ours, 'wallNs');
  const native =
    theirs.length > 0 ? { wallNs: median(theirs, 'wallNs'), cpuNs: median(theirs, 'cpuNs') } : null;
  const ratio = (what: keyof BenchRun): number | null =>
    native && middle(ours.map((mine, i) => mine[what] / (theirs[i]?.[what] ?? NaN)));
  return {
    ...{ gib, pages, threads, wallNs, cpuNs: median(ours, 'cpuNs'), native },
    ...{ wallRatio: ratio('wallNs'), cpuRatio: ratio('cpuNs') },
    ...{ speedUp: oneThread / wallNs, nativeSpeedUp: native && oneNative / native.wallNs },
  };
}

function median(runs: readonly BenchRun[], what: keyof BenchRun): number {
  return middle(runs.map((run) => run[what]));
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? NaN)) / 2;
}

async function emptyJobs(
  pools: ReadonlyMap<number, WorkerPool>,
  threads: readonly number[],
): Promise<EmptyJob | null> {
  const most = Math.max(...threads);
  const pool = pools.get(most);
  if (pool === undefined) return null;
  const { padata, atomics } = await measureEmptyJobs(pool, 31);
  // The first round starts padata's worker threads.
  return { threads: most, padataNs: middle(padata.slice(1)), atomicsNs: middle(atomics.slice(1)) };
}
