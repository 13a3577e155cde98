// Figures and lanes against sums done by hand.
import test from 'ava';
import type { RecordChunk, RecordJob, RunRecord } from '../../src/init/record.ts';
import { factsOf } from '../../src/report/facts.ts';
import { lanesOf } from '../../src/report/lanes.ts';
import { deferredSentence, machineSentence, savedSentence, whoSentence } from '../../src/report/words.ts';
import { makeRecord, MONSTER, SKYLAKE, SMALL } from './helpers/records.ts';

const chunk = (start: number, end: number, cpu: number, startNs: number, endNs: number): RecordChunk => ({
  start,
  end,
  cpu,
  startNs,
  endNs,
});

/** Two nodes of 0x100000 pages, boundary after 0x8000, node 1 done by one thread. */
function twoNodes(): RunRecord {
  const region = (nid: number) => ({ base: nid * 2 ** 32, size: 2 ** 32, flags: 0, nid });
  const tables = {
    memory: [region(0), region(1)],
    reserved: [{ base: 0x9000_0000, size: 0x1000, flags: 0, nid: 0 }],
  };
  const common = { zone: 'Normal', align: 32768, minChunk: 32768, maxThreads: 2 };
  const jobs: RecordJob[] = [
    {
      ...common,
      node: 0,
      start: 0x8000,
      size: 0xf8000,
      workers: 2,
      chunkSize: 0x80000,
      chunks: [chunk(0x8000, 0x80000, 0, 1000, 5000), chunk(0x80000, 0x100000, 1, 1200, 9000)],
    },
    {
      ...common,
      node: 1,
      start: 0x108000,
      size: 0xf8000,
      workers: 1,
      chunkSize: 0xf8000,
      chunks: [chunk(0x108000, 0x200000, 2, 900, 20900)],
    },
  ];
  return {
    ...makeRecord(SMALL),
    memblock: tables,
    memblockLate: tables,
    nodes: [0, 1].map((id) => ({
      id,
      cpus: [2 * id, 2 * id + 1],
      startPfn: id * 0x100000,
      spannedPages: 0x100000,
      presentPages: 0x100000,
      firstDeferredPfn: id * 0x100000 + 0x8000,
    })),
    jobs,
    deferredInit: [{ node: 1, ms: 4 }],
    onlineCpus: 4,
  };
}

test('figures of two nodes', (t) => {
  const facts = factsOf(twoNodes());
  t.is(facts.memoryBytes, 2 ** 33);
  t.is(facts.deferredPages, 0xf8000 * 2 - 1); // one page is reserved
  t.is(facts.chunks, 3);
  t.is(facts.cpusUsed, 3);
  t.is(facts.deferredNs, 20_000); // node 1: 900 to 20900
  t.is(facts.workNs, 4000 + 7800 + 20_000);
  t.is(facts.slowest?.node, 1);
  t.is(facts.longestWorkNs, 20_000);
  t.deepEqual(
    facts.nodes.map((n) => [n.deferredNs, n.workNs, n.workers, n.loggedMs]),
    [
      [8000, 11800, 2, null],
      [20000, 20000, 1, 4],
    ],
  );
  t.is(facts.earlyBytes, 2 * 0x8000 * 4096);
  t.is(facts.reservedBytes, 4096);
});

test('lanes: by node and CPU, in order of time', (t) => {
  const lanes = lanesOf(twoNodes());
  t.is(lanes.startNs, 900);
  t.is(lanes.endNs, 20900);
  t.is(lanes.idleCpus, 1);
  t.is(lanes.nodes, null);
  t.deepEqual(
    lanes.cpus.map((lane) => [lane.node, lane.cpu, lane.chunks.length]),
    [
      [0, 0, 1],
      [0, 1, 1],
      [1, 2, 1],
    ],
  );
});

test('too many CPUs become a lane for each node; the busy shares add up to the work done', (t) => {
  const record = makeRecord({ ...MONSTER, nodes: 4, gibPerNode: 512 });
  const lanes = lanesOf(record);
  t.is(lanes.cpus.length, 256);
  t.is(lanes.nodes?.length, 4);
  const facts = factsOf(record);
  for (const lane of lanes.nodes ?? []) {
    const step = (lanes.endNs - lanes.startNs) / lane.busy.length;
    const sum = lane.busy.reduce((total, share) => total + share * step * lane.cpus.length, 0);
    const work = facts.nodes.find((n) => n.node === lane.node)?.workNs ?? 0;
    t.true(Math.abs(sum - work) < work * 1e-6);
    t.true(lane.busy.every((share) => share >= 0 && share <= 1));
  }
  t.is(lanesOf(record, 256).nodes, null);
});

test('a machine that defers nothing has no lanes and says why', (t) => {
  const base = makeRecord(SMALL);
  const record: RunRecord = {
    ...base,
    jobs: [],
    deferredInit: [],
    nodes: base.nodes.map((n) => ({ ...n, firstDeferredPfn: null })),
  };
  const facts = factsOf(record);
  t.is(facts.slowest, null);
  t.is(facts.deferredNs, 0);
  t.deepEqual(lanesOf(record).cpus, []);
  t.regex(deferredSentence(facts), /small enough .* nothing was deferred/);
  t.regex(whoSentence(record, facts), /^Nobody had to/);
  t.regex(savedSentence(facts, null), /^Nothing/);
});

test('the sentences have the record’s figures', (t) => {
  const record = makeRecord(SKYLAKE);
  const facts = factsOf(record);
  t.is(
    machineSentence(record, facts),
    'A machine with 768 GiB of memory on 2 NUMA nodes (processor sockets with memory of their own) and 104 CPUs, ' +
      'booted with Linux 6.1 on simulated CPUs: times are computed by a cost model.',
  );
  t.regex(
    whoSentence(record, facts),
    /pgdatinit0 and pgdatinit1.* up to 52 threads .* 104 CPUs initialised 410 chunks in 2 jobs/,
  );
  t.regex(
    savedSentence(facts, null),
    /^Boot waited 35\.39 ms \(model\) until the slowest node, .* 3\.613 s of work: on average 102\.1 CPUs were busy/,
  );
  const alone = { threads: 1, ms: 1717.7, source: 'published', run: record.machine } as const;
  t.regex(
    savedSentence(facts, alone),
    /would have been 1\.718 s \(published\): .* saved 1\.682 s of boot, it was 48\.5 times as fast/,
  );
});
