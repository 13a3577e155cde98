// Invariants of both traces, on the run of 104 CPUs and on the smallest one.
import test from 'ava';
import type { RunRecord } from '../../src/init/record.ts';
import { chromeTrace, traceEvents, type TraceEvent } from '../../src/report/chrome-trace.ts';
import { factsOf } from '../../src/report/facts.ts';
import { ftraceText } from '../../src/report/ftrace.ts';
import { bootNamed } from './helpers/boot.ts';
import { makeRecord, SKYLAKE, SMALL } from './helpers/records.ts';

const slices = (events: readonly TraceEvent[]) => events.filter((e) => e.ph === 'X');
const ns = (us: number | undefined) => Math.round((us ?? Number.NaN) * 1000);

/** A boot of 104 CPUs and one whose CPUs work for several nodes, as the simulator left them; then records by rule. */
const RECORDS: readonly [string, RunRecord][] = [
  ['skylake-768g', await bootNamed('skylake-768g')],
  ['q35-8g-2n-numafake8', await bootNamed('q35-8g-2n-numafake8')],
  ['by rule', makeRecord(SMALL)],
  ['by rule, one thread', makeRecord({ ...SKYLAKE, threads: 1 })],
];

for (const [name, record] of RECORDS) {
  const events = traceEvents(record);

  test(`${name}: slices of a thread nest, durations are not negative, time goes forward`, (t) => {
    let before = -Infinity;
    for (const event of events.filter((e) => e.ph !== 'M')) {
      t.true((event.ts ?? -1) >= before);
      before = event.ts ?? before;
    }
    const stacks = new Map<string, number[]>();
    for (const event of slices(events)) {
      const start = ns(event.ts);
      const end = start + ns(event.dur);
      t.true(end >= start);
      const key = `${event.pid} ${event.tid}`;
      const open = (stacks.get(key) ?? []).filter((until) => until > start);
      t.true(
        open.every((until) => end <= until),
        `${event.name} at ${start} sticks out`,
      );
      stacks.set(key, [...open, end]);
    }
  });

  test(`${name}: chunks of one CPU never overlap, and lie within their job`, (t) => {
    const jobs = slices(events).filter((e) => e.cat === 'job');
    const last = new Map<number, number>();
    for (const chunk of slices(events).filter((e) => e.cat === 'chunk' || e.cat === 'lock')) {
      t.true(ns(chunk.ts) >= (last.get(chunk.tid) ?? 0));
      last.set(chunk.tid, ns(chunk.ts) + ns(chunk.dur));
      const within = jobs.some(
        (job) =>
          job.pid === chunk.pid &&
          ns(chunk.ts) >= ns(job.ts) &&
          ns(chunk.ts) + ns(chunk.dur) <= ns(job.ts) + ns(job.dur),
      );
      t.true(within, `${chunk.name} at ${chunk.ts}`);
    }
  });

  test(`${name}: every flow arrow has two ends, from a job to a chunk`, (t) => {
    const starts = events.filter((e) => e.ph === 's');
    const ends = events.filter((e) => e.ph === 'f');
    t.is(starts.length, factsOf(record).chunks);
    t.is(new Set(starts.map((e) => e.id)).size, starts.length);
    for (const end of ends) {
      const start = starts.find((e) => e.id === end.id);
      t.true(start !== undefined && (start.ts ?? 0) <= (end.ts ?? 0));
      t.true(
        slices(events).some(
          (e) => e.cat === 'chunk' && e.tid === end.tid && e.pid === end.pid && e.ts === end.ts,
        ),
      );
    }
  });

  test(`${name}: counters rise and end at the record's figures`, (t) => {
    const managed = record.zones.reduce((sum, zone) => sum + zone.managedPages, 0);
    const free = events
      .filter((e) => e.ph === 'C' && e.name.startsWith('free'))
      .map((e) => Number(e.args?.['free']));
    t.true(free.every((value, i) => i === 0 || value >= (free[i - 1] ?? 0)));
    t.is(free.at(-1), (managed * 4096) / 2 ** 20);
    const done = new Map<number, number>();
    for (const e of events.filter((e) => e.name === 'pages initialised'))
      done.set(e.pid, Number(e.args?.['pages']));
    const total = [...done.values()].reduce((a, b) => a + b, 0);
    t.is(total, factsOf(record).deferredPages);
  });
}

test('the file of a run of 104 CPUs is JSON, well under 20 MB, and says where its times come from', (t) => {
  const text = chromeTrace(RECORDS[0]?.[1] ?? makeRecord(SKYLAKE));
  const parsed: unknown = JSON.parse(text);
  t.like(parsed, { displayTimeUnit: 'ns', otherData: { machine: 'skylake-768g', times: 'model' } });
  t.true(text.length < 20_000_000, `${text.length} bytes`);
});

test('ftrace text: the column layout, times in order, one call for each chunk', (t) => {
  const record = makeRecord(SKYLAKE);
  const lines = ftraceText(record).trimEnd().split('\n');
  const calls = lines.filter((line) => !line.startsWith('#'));
  t.is(lines[0], '# tracer: function');
  t.regex(
    lines[2] ?? '',
    new RegExp(`^# entries-in-buffer/entries-written: ${calls.length}/${calls.length} +#P:104$`),
  );
  let before = 0;
  let chunks = 0;
  for (const line of calls) {
    const match = /^ *([\w/:]+)-(\d+) +\[(\d{3})\] [.\w]{4} +(\d+\.\d{6}): (\w+) <-(\w+)$/.exec(line);
    t.truthy(match, line);
    const time = Number(match?.[4]);
    t.true(time >= before);
    before = time;
    if (match?.[5] === 'deferred_init_memmap_chunk') chunks += 1;
  }
  t.is(chunks, 410);
  t.is(calls.filter((line) => line.includes(': padata_mt_helper <-process_one_work')).length, 102);
  t.is(calls.filter((line) => line.includes(': padata_do_multithreaded <-deferred_init_memmap')).length, 2);
});

test('one thread alone calls no helper', (t) => {
  const text = ftraceText(makeRecord({ ...SMALL, threads: 1 }));
  t.notRegex(text, /padata_mt_helper/);
  t.regex(text, /deferred_init_memmap_chunk <-padata_do_multithreaded/);
});
