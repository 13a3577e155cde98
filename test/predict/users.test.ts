// Users of jobs beside their published tables, and the command that predicts them.
import test from 'ava';
import {
  FALLOCATE_ROWS,
  FALLOCATE_SPARC_ROWS,
  HUGETLB_ROWS,
  MUNMAP_ROWS,
  VFIO_LATER,
  VFIO_ROWS,
  type UserSeries,
} from '../../src/predict/published/users.ts';
import { parseHugePage, parseLoad } from '../../src/predict/users/predict.ts';
import { accuracy, compareSeries, type ComparedRow } from '../../src/predict/users/series.ts';
import { cli } from '../helpers/cli.ts';

function compared(t: { log: (text: string) => void }, all: readonly UserSeries[]): ComparedRow[] {
  return all.flatMap((series) => {
    const rows = compareSeries(series);
    const cells = rows.map(
      (r) => `${r.threads}: ${r.seconds} / ${r.model.toPrecision(3)}${r.fitted ? ' f' : ''}`,
    );
    t.log(`${series.machine}, cache ${series.cache ?? 0}: ${cells.join(', ')}`);
    return rows;
  });
}

for (const [name, all, mostFitted] of [
  ['vfio-pin on Skylake', VFIO_ROWS, 6],
  ['munmap on Haswell-EX', MUNMAP_ROWS, 3],
  ['hugetlb at boot', HUGETLB_ROWS, 10],
] as const) {
  test(`${name}: rows that were not fitted within 12 % on average and 30 % at worst`, (t) => {
    const rows = compared(t, all);
    const { mean, worst } = accuracy(rows);
    t.log(`mean ${(100 * mean).toFixed(1)} %, worst ${(100 * worst).toFixed(1)} %`);
    t.true(rows.filter(({ fitted }) => fitted).length <= mostFitted);
    t.true(mean < 0.12, `${mean}`);
    t.true(worst < 0.3, `${worst}`);
  });
}

test('tried afterwards: other sizes and caches of the same machine', (t) => {
  const { mean, worst } = accuracy(compared(t, VFIO_LATER));
  t.true(mean < 0.12 && worst < 0.3, `${mean} ${worst}`);
});

test('fallocate of ktask: 5 of 10 rows fitted, the others within 12 % on average and 30 % at worst', (t) => {
  const rows = compared(t, FALLOCATE_ROWS);
  const { mean, worst } = accuracy(rows);
  t.is(rows.filter(({ fitted }) => fitted).length, 5);
  t.true(mean < 0.12 && worst < 0.3, `${mean} ${worst}`);
});

test('fallocate on SPARC: 3 of 15 rows fitted, the others within 4 % on average and 8 % at worst', (t) => {
  const rows = compared(t, FALLOCATE_SPARC_ROWS);
  const { mean, worst } = accuracy(rows);
  t.is(rows.filter(({ fitted }) => fitted).length, 3);
  t.true(mean < 0.04 && worst < 0.08, `${mean} ${worst}`);
});

test('options: loads and huge pages', (t) => {
  t.deepEqual(parseLoad('stress-ng:7'), { name: 'stress-ng', threads: 7, seconds: 60 });
  t.deepEqual(parseLoad('a:1:0.5'), { name: 'a', threads: 1, seconds: 0.5 });
  for (const bad of ['stress-ng', ':7', 'a:0', 'a:x', 'a:1:0', 'a:5000'])
    t.throws(() => parseLoad(bad), { message: /^--load .*: expected NAME:THREADS/ });
  t.is(parseHugePage('1G'), 2 ** 30);
  t.throws(() => parseHugePage('4M'), { message: '--huge-page 4M: expected 2M or 1G' });
});

test('predict --user: rows with intervals, the published figures beside, threads that the cap leaves', async (t) => {
  const run = await cli([
    ...['predict', 'skylake-768g', '--user', 'vfio-pin', '--size', '128G', '--threads', '1,8,24'],
    ...['--locked-vm-cache', '65536', '--json'],
  ]);
  t.is(run.code, 0, run.stderr);
  const { predictions } = JSON.parse(run.stdout) as {
    predictions: {
      kernel: string;
      source: string;
      calibrated: boolean;
      rows: {
        threads: number;
        workers: number;
        ms: { value: number; low: number; high: number };
        published: { ms: number } | null;
      }[];
    }[];
  };
  const [prediction] = predictions;
  t.like(prediction, { kernel: 'rfc-2022', source: 'model', calibrated: true });
  t.deepEqual(
    prediction?.rows.map(({ threads, workers, published }) => [threads, workers, published?.ms]),
    [
      [1, 1, 26_500],
      [8, 8, 3700],
      [24, 16, 2200],
    ],
  );
  for (const { ms, published } of prediction?.rows ?? []) {
    t.true(ms.low < ms.value && ms.value < ms.high);
    t.true(Math.abs(ms.value / (published?.ms ?? 0) - 1) < 0.12);
  }
});

test('predict --user with a load, on a node, of huge pages; as text', async (t) => {
  const load = await cli([
    ...['predict', 'skylake-768g', '--user', 'vfio-pin', '--size', '16G', '--threads', '16'],
    ...['--node', '1', '--load', 'stress-ng:104:1'],
  ]);
  t.is(load.code, 0, load.stderr);
  t.regex(load.stdout, /^vfio-pin of 16G on skylake-768g, kernel rfc-2022, .*, node 1 \(model\)\n/);
  t.regex(load.stdout, /load ms {2}alone/);
  const huge = await cli(['predict', 'skylake-768g', '--user', 'hugetlb', '--size', '64G', '--threads', '2']);
  t.is(huge.code, 0, huge.stderr);
  t.regex(huge.stdout, /nobody has measured this one/);
});

test('predict --user with a quota: so many threads as it has CPUs, and a caller that gets no more', async (t) => {
  const rows = async (quota: string): Promise<[number, number][]> => {
    const { stdout, stderr, code } = await cli([
      ...['predict', 'skylake-768g', '--user', 'pmem', '--size', '64G', '--threads', '1,8'],
      ...['--cpu-quota', quota, '--json'],
    ]);
    t.is(code, 0, stderr);
    const { predictions } = JSON.parse(stdout) as {
      predictions: { rows: { workers: number; ms: { value: number } }[] }[];
    };
    return (predictions[0]?.rows ?? []).map(({ workers, ms }) => [workers, ms.value]);
  };
  const [one, eight] = await rows('4');
  t.is(one?.[0], 1);
  t.is(eight?.[0], 4);
  // half a CPU: no helpers, and twice as long
  const [half, none] = await rows('0.5');
  t.is(none?.[0], 1);
  t.is(((half?.[1] ?? 0) / (one?.[1] ?? 1)).toFixed(2), '2.00');
});

test('predict --user: bad input is one line and exit status 2', async (t) => {
  for (const [args, message] of [
    [['--user', 'nfs', '--size', '1G'], '--user nfs: expected one of vfio-pin, hugetlb, pmem, munmap'],
    [['--user', 'pmem'], '--size (missing): expected'],
    [['--user', 'pmem', '--size', 'much'], '--size much: expected'],
    [['--user', 'pmem', '--size', '1G', '--node', '7'], '--node 7: expected a node of the machine, 0 to 1'],
    [
      ['--user', 'munmap', '--size', '1G', '--kernel', '6.1'],
      '--kernel 6.1: its padata has no jobs for munmap',
    ],
    [['--user', 'pmem', '--size', '1G', '--cpu-quota', '0'], '--cpu-quota 0: expected'],
    [['--user', 'vfio-pin', '--size', '1G', '--locked-vm-cache', '-1'], '--locked-vm-cache'],
  ] as const) {
    const { code, stderr, stdout } = await cli(['predict', 'skylake-768g', ...args]);
    t.is(code, 2, args.join(' '));
    t.true(stderr.includes(message), stderr);
    t.is(stdout, '');
  }
});

test('predict --kho: scratch in whole blocks, twice what the kernel reserved; sizes as given; what does not fit', async (t) => {
  const run = await cli(['predict', 'skylake-768g', '--kho', '--keep-guests', '80', '--json']);
  t.is(run.code, 0, run.stderr);
  t.regex(run.stderr, /no distribution kernel has it switched on/);
  const { kho } = JSON.parse(run.stdout) as {
    kho: {
      scratch: { kind: string; node: number | null; bytes: number }[];
      reservedKernBytes: { low: number; all: number };
      preservedPages: number;
      deferredPages: number;
    }[];
  };
  const [p] = kho;
  if (p === undefined) return t.fail();
  t.deepEqual(
    p.scratch.map(({ kind, node }) => [kind, node]),
    [
      ['lowmem', null],
      ['global', null],
      ['node', 0],
      ['node', 1],
    ],
  );
  for (const { bytes } of p.scratch) t.is(bytes % (4 * 2 ** 20), 0);
  // the memmap alone is a 64th of memory
  t.true(p.reservedKernBytes.all > 768 * 2 ** 24);
  const [low, global] = p.scratch;
  t.is(low?.bytes, Math.ceil((2 * p.reservedKernBytes.low) / 2 ** 22) * 2 ** 22);
  t.is(
    global?.bytes,
    Math.ceil((2 * (p.reservedKernBytes.all - p.reservedKernBytes.low)) / 2 ** 22) * 2 ** 22,
  );
  t.true(p.preservedPages > 3 * p.deferredPages && p.deferredPages > 0);
  const given = await cli(['predict', 'skylake-768g', '--kho', '--kho-scratch', '16M,512M,1G']);
  t.regex(given.stdout, /scratch lowmem: 16 MiB\n.*scratch global: 512 MiB\n.*scratch node 0: 1024 MiB/);
  for (const [scratch, message] of [
    ['16M', /^earlyboot: --kho-scratch 16M: expected a percentage/m],
    ['1G,1G,1T', /Failed to reserve scratch area, disabling kexec handover/],
  ] as const) {
    const bad = await cli(['predict', 'skylake-768g', '--kho', '--kho-scratch', scratch]);
    t.is(bad.code, 2);
    t.regex(bad.stderr, message);
  }
});
