// The same figure says the same wherever it stands: summary, report, log, run record, prediction.
import test from 'ava';
import { bootMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import { nodeSummaries } from '../../src/boot/node-summary.ts';
import { prepare } from '../../src/cli/early-state.ts';
import { resolveTiming } from '../../src/cpus/simulated/cost/timing.ts';
import { deferredSpan } from '../../src/init/deferred_time.ts';
import type { RunRecord } from '../../src/init/record.ts';
import { countText } from '../../src/lib/plural.ts';
import { builtinMachine } from '../../src/machine/builtin/list.ts';
import type { MachineSpec } from '../../src/machine/spec.ts';
import { slowestNode } from '../../src/predict/slowest.ts';
import { factsOf } from '../../src/report/facts.ts';
import { reportHtml } from '../../src/report/html.ts';
import { lanesOf } from '../../src/report/lanes.ts';
import { summaryText } from '../../src/report/summary.ts';
import { durationText } from '../../src/report/text.ts';

async function booted(
  name: string,
  kernel: string | null,
): Promise<{ spec: MachineSpec; record: RunRecord }> {
  const spec = await builtinMachine(name);
  if (!spec) throw new Error(name);
  return { spec, record: await bootMachine(spec, { ...DEFAULT_BOOT, kernel, cmdline: spec.cmdline }) };
}

/** HZ is 250 in all of these. */
const JIFFY_MS = 4;

// two nodes; one; one thread a node with interrupts off, whose log counts pages
for (const [name, kernel] of [
  ['haswell-256g', '6.1'],
  ['laptop-16g', '7.0'],
  ['haswell-256g', '5.7'],
] as const) {
  test(`${name}, ${kernel}: deferred pages and deferred time`, async (t) => {
    const { spec, record } = await booted(name, kernel);
    const facts = factsOf(record);
    const { state } = await prepare(spec, { ...DEFAULT_BOOT, kernel, cmdline: spec.cmdline });
    t.true(facts.deferredPages > 0);

    // pages: threads did what the boundary left to them; nobody counts holes
    const predicted = new Map(nodeSummaries(state).map((node) => [node.nid, node.deferredPages]));
    for (const node of facts.nodes) t.is(node.deferredPages, predicted.get(node.node) ?? 0);
    const counted = record.log.flatMap((line) => /initialised, (\d+) pages in/.exec(line)?.[1] ?? []);
    if (counted.length > 0)
      t.deepEqual(
        counted.map(Number).sort((a, b) => a - b),
        facts.nodes.map((node) => node.deferredPages).sort((a, b) => a - b),
      );

    // time: from the node's thread to its end; the log has whole jiffies of it
    for (const { node, ms, startNs, endNs } of record.deferredInit) {
      const span = deferredSpan(record, node);
      t.deepEqual([span?.startNs, span?.endNs], [startNs, endNs]);
      const own = facts.nodes.find((one) => one.node === node)?.deferredNs ?? 0;
      t.is(own, (endNs ?? 0) - (startNs ?? 0));
      t.true(ms <= own / 1e6 + JIFFY_MS, `${ms} ms in the log, ${own / 1e6} ms`);
      // the boot CPU counts jiffies; node 0's thread keeps its interrupts off where it works without padata
      if (kernel !== '5.7') t.true(ms >= own / 1e6 - JIFFY_MS, `${ms} ms in the log, ${own / 1e6} ms`);
      const line = record.log.find((text) =>
        new RegExp(`node ${node} (deferred pages )?initialised`).test(text),
      );
      t.true(line?.endsWith(`in ${ms}ms`));
    }
    // boot waits for the slowest; no other figure of it stands anywhere
    t.is(facts.deferredNs, Math.max(...facts.nodes.map((node) => node.deferredNs)));
    const threads = Math.max(...record.jobs.map((job) => job.maxThreads), 1);
    const slowest = slowestNode(state, resolveTiming(spec.timing), () => threads);
    t.true(Math.abs((slowest?.ns ?? 0) - facts.deferredNs) < 1000, 'predict has it to the microsecond');
    const lanes = lanesOf(record);
    t.true(Math.abs(lanes.endNs - lanes.startNs - facts.deferredNs) < 1000);

    const time = durationText(facts.deferredNs);
    const summary = summaryText(record, { columns: 200, color: false });
    t.true(summary.includes(`which boot waits for: ${time} (model)`));
    const logged = record.deferredInit.find(({ node }) => node === facts.slowest?.node)?.ms ?? 0;
    const still =
      kernel === '5.7' ? ', which stand still while interrupts of the CPU that counts them are off' : '';
    t.true(summary.includes(`\nthe log counts jiffies: ${logged} ms${still}\n`), summary);
    const html = reportHtml([record]);
    t.true(html.includes(`Boot waited ${time} (model)`));
    t.true(html.includes(`${countText(facts.deferredPages)} pages, `));
    for (const node of facts.nodes.filter(({ deferredPages }) => deferredPages > 0)) {
      const row = new RegExp(
        `^ *${node.node} .* ${countText(node.deferredPages)} .* ${durationText(node.deferredNs)}$`,
        'm',
      );
      t.regex(summary, row);
      t.true(html.includes(`<td class="n">${countText(node.deferredPages)}</td>`));
      t.true(html.includes(`<td class="n">${(node.deferredNs / 1e6).toFixed(3)}</td>`));
    }
  });
}

test('a record of 0.1.0 tells no thread times: chunks stand for them, from the first’s start to the last’s end', async (t) => {
  const { record } = await booted('laptop-16g', '6.1');
  const old: RunRecord = {
    ...record,
    deferredInit: record.deferredInit.map(({ node, ms }) => ({ node, ms })),
  };
  const chunks = record.jobs.flatMap((job) => job.chunks);
  t.deepEqual(deferredSpan(old, 0), {
    startNs: Math.min(...chunks.map((chunk) => chunk.startNs)),
    endNs: Math.max(...chunks.map((chunk) => chunk.endNs)),
  });
  t.is(deferredSpan({ ...old, jobs: [] }, 0), null);
});
