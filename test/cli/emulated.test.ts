// boot --cpus emulated: the struct pages of worker threads byte for byte, the jobs of the simulator, the same run twice, and
// what a user sees when a CPU or the check fails.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { DEFAULT_BOOT, runMachine, type BootOptions } from '../../src/boot/machine.ts';
import type { RunRecord } from '../../src/init/record.ts';
import { Failure } from '../../src/lib/failure.ts';
import { PAGES_PER_SECTION } from '../../src/lib/units.ts';
import { loadDescription } from '../../src/machine/spec/load.ts';
import { comparablePages, pagesInFreeLists } from '../cpus/threads/helpers/machine.ts';
import { cli } from '../helpers/cli.ts';

/** 8 GiB, 2 nodes, 8 CPUs, with the APIC IDs of two packages that have room for more. */
const MACHINE = `
name: eight
map:
  - { start: 0, size: 639K, type: usable }
  - { start: 1M, size: 2046M, type: usable }
  - { start: 2047M, size: 1M, type: ACPI data }
  - { start: 4G, size: 6G, type: usable }
cpus: [0, 2, 4, 6, 16, 18, 20, 22]
nodes:
  - { cpus: '0-3', memory: [{ start: 0, size: 2G }, { start: 4G, size: 2G }] }
  - { cpus: '4-7', memory: [{ start: 6G, size: 4G }] }
cmdline: ro
`;

async function boot(options: Partial<BootOptions>) {
  const spec = await loadDescription(MACHINE, 'eight.yaml', () => Promise.reject(new Error('no files')));
  return runMachine(spec, { ...DEFAULT_BOOT, cmdline: spec.cmdline, ...options });
}

/** Jobs without who did which chunk when. */
function jobsOf({ jobs }: RunRecord) {
  return jobs
    .map(({ chunks, ...job }) => ({
      ...job,
      chunks: chunks.map(({ start, end }) => `${start}-${end}`).sort(),
    }))
    .sort((a, b) => a.start - b.start);
}

test.serial(
  '8 GiB on 2 nodes: struct pages as threads make them, jobs as predicted, the log lines of SMP',
  async (t) => {
    const threads = await boot({ cpus: 'threads' });
    const emulated = await boot({ cpus: 'emulated' });
    const simulated = await boot({});
    t.truthy(emulated.memmap);
    if (!emulated.memmap || !threads.memmap) return;
    t.deepEqual(comparablePages(emulated.memmap), comparablePages(threads.memmap));
    t.is(pagesInFreeLists(emulated.memmap), pagesInFreeLists(threads.memmap));
    t.deepEqual(jobsOf(emulated.record), jobsOf(simulated.record));
    t.deepEqual(
      emulated.record.zones.map((zone) => zone.managedPages),
      simulated.record.zones.map((zone) => zone.managedPages),
    );
    const handedOut = emulated.emulated?.handOuts.reduce((sum, { pages }) => sum + pages, 0) ?? 0;
    const freed = simulated.record.jobs
      .flatMap((job) => job.chunks)
      .reduce((sum, c) => sum + c.end - c.start, 0);
    t.true(handedOut > 30 * PAGES_PER_SECTION && handedOut <= freed);
    const smp = emulated.record.logLines.filter(({ step }) => step === 'smp_init').map(({ text }) => text);
    t.deepEqual(smp, [
      'smp: Bringing up secondary CPUs ...',
      'x86: Booting SMP configuration:',
      '.... node  #0, CPUs:      #1 #2 #3',
      '.... node  #1, CPUs:   #4 #5 #6 #7',
      'smp: Brought up 2 nodes, 8 CPUs',
    ]);
  },
);

test.serial(
  '--replay-check: the same run twice; host time in the guests is found and ends the run',
  async (t) => {
    await t.notThrowsAsync(boot({ cpus: 'emulated', seed: 3, emulated: { replayCheck: true } }));
    const error = await t.throwsAsync(
      boot({ cpus: 'emulated', emulated: { replayCheck: true, faults: { hostClock: true } } }),
      { instanceOf: Failure },
    );
    t.regex(error.message, /^replay check: the second run differs: event \d+ of CPU \d: OUT port 0xeb0c of/);
  },
);

test.serial(
  'a CPU that hears no SIPI: one message; tolerated, the log and the hook see one less',
  async (t) => {
    const deaf = { faults: { deaf: [3] } };
    const error = await t.throwsAsync(boot({ cpus: 'emulated', emulated: deaf }), { instanceOf: Failure });
    t.regex(error.message, /^CPU 3 \(APIC 0x6\) did not answer its SIPI; its last event: /);
    const { record } = await boot({ cpus: 'emulated', emulated: { ...deaf, tolerateCpuLoss: true } });
    t.is(record.onlineCpus, 7);
    t.deepEqual(record.nodes[0]?.cpus, [0, 1, 2]);
    t.deepEqual(record.jobs.map((job) => [job.node, job.maxThreads]).sort(), [
      [0, 3],
      [1, 4],
    ]);
    const text = record.logLines.map((line) => line.text);
    t.true(text.includes('smpboot: do_boot_cpu failed(-1) to wakeup CPU#3'));
    t.true(text.includes('smp: Brought up 2 nodes, 7 CPUs'));
    t.true(record.warnings.some((warning) => warning.startsWith('CPU 3 (APIC 0x6) did not answer')));
  },
);

test.serial('a CPU lost in the middle: its chunk begins anew on another, no page is lost', async (t) => {
  const fault = { cpu: 5, atRun: 1, kind: 'triple-fault' } as const;
  const lost = await boot({ cpus: 'emulated', emulated: { fault, tolerateCpuLoss: true } });
  const whole = await boot({ cpus: 'emulated' });
  t.is(lost.record.onlineCpus, 7);
  t.truthy(lost.memmap);
  if (!lost.memmap || !whole.memmap) return;
  t.deepEqual(comparablePages(lost.memmap), comparablePages(whole.memmap));
});

test.serial('the command writes --record and --dump-memmap, the same bytes twice', async (t) => {
  const cwd = mkdtempSync(join(tmpdir(), 'earlyboot-'));
  t.teardown(() => {
    rmSync(cwd, { recursive: true });
  });
  writeFileSync(join(cwd, 'eight.yaml'), MACHINE);
  const hashes: string[] = [];
  for (const run of ['a', 'b']) {
    const args = [
      '--cpus',
      'emulated',
      '--seed',
      '9',
      '--record',
      `${run}.json`,
      '--dump-memmap',
      `${run}.bin`,
    ];
    const { code, stderr, stdout } = await cli(['boot', 'eight.yaml', ...args], { cwd });
    t.is(stderr, '');
    t.is(code, 0);
    t.regex(stdout, /smp: Brought up 2 nodes, 8 CPUs/);
    for (const file of [`${run}.json`, `${run}.bin`])
      hashes.push(
        createHash('sha256')
          .update(readFileSync(join(cwd, file)))
          .digest('hex'),
      );
  }
  t.deepEqual(hashes.slice(2), hashes.slice(0, 2));
  t.is((JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8')) as { cpus: unknown[] }).cpus.length, 8);
});

test.serial('--replay-check says what it compared', async (t) => {
  const { code, stderr } = await cli(['boot', 'tiny-512m', '--cpus', 'emulated', '--replay-check']);
  t.is(code, 0);
  t.regex(
    stderr,
    /^earlyboot: replay check: both runs are the same: \d+ events, \d+ chunks?, every log line/,
  );
});

test('what does not fit together: one line, status 2', async (t) => {
  const simulated = await cli(['boot', 'tiny-512m', '--replay-check', '--record', 'x.json']);
  t.deepEqual([simulated.code, simulated.stdout], [2, '']);
  t.is(simulated.stderr, 'earlyboot: --record and --replay-check: expected --cpus emulated, not simulated\n');
  const many = await cli(['boot', 'monster-64t', '--cpus', 'emulated']);
  t.is(many.code, 2);
  t.regex(many.stderr, /^earlyboot: monster-64t: 2048 CPUs come up: expected at most 256 .*\n$/);
});
