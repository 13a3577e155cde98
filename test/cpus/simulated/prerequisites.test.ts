// The three patches that came before the series, as effects on the simulator: jiffies that stand still while interrupts are off,
// the watchdog, and the chance to schedule between blocks.
import test from 'ava';
import { kernelInit } from '../../../src/init/kernel_init.ts';
import { PADATA_5_8 } from '../../../src/kernel/padata/profiles.ts';
import { simulatedBoot } from '../../../src/cpus/simulated/boot.ts';
import { simpleCosts } from '../../../src/cpus/simulated/cost-model.ts';
import type { Watchdog } from '../../../src/cpus/simulated/watchdog.ts';
import type { DeferredContext } from '../../../src/mm/deferred.ts';
import { DEFERRED_4_17, DEFERRED_5_8, DEFERRED_BASE } from '../../../src/mm/deferred/profiles.ts';
import type { DeferredRules } from '../../../src/mm/deferred/rules.ts';

interface Done {
  readonly log: readonly string[];
  readonly watchdog: Watchdog;
  readonly realMs: number;
}

/** Deferred init of one node with so many pages, at 1000 Hz. */
function boot(rules: DeferredRules, cpus: number, pages: number, pageNs: number): Done {
  const log: string[] = [];
  const nodeOfCpu = new Array<number>(cpus).fill(0);
  let realNs = 0;
  const deferred: DeferredContext = {
    rules,
    hz: 1000,
    maxThreads: () => 1,
    nodes: [
      {
        nid: 0,
        nodeStartPfn: 0,
        nodeEndPfn: pages,
        firstDeferredPfn: 0,
        // the last CPU only: pgdatinit is bound to it
        cpus: [cpus - 1],
        zid: 2,
        zoneName: 'Normal',
        zoneStartPfn: 0,
        zoneEndPfn: pages,
        ranges: [{ startPfn: 0, endPfn: pages }],
      },
    ],
  };
  const simulated = simulatedBoot({
    topology: { nrCpuIds: cpus, nrPossible: cpus, nodeOfCpu, nrNodeIds: 1 },
    padata: PADATA_5_8,
    deferred,
    cost: simpleCosts({ pageInitNs: pageNs, pageFreeNs: 0, rangeWalkNs: 0 }),
    prInfo: (text) => log.push(text),
    onEvent: (event) => {
      if (event.kind === 'run') realNs += event.endNs - event.startNs;
    },
  });
  simulated.run(kernelInit(simulated.k, { present: [...nodeOfCpu.keys()], maxCpus: cpus, deferred }));
  return { log, watchdog: simulated.watchdog, realMs: Math.round(realNs / 1e6) };
}

/** A real report of 2020: 32170688 pages in 894 ms, and a log that said 1 ms. */
const PAGES = 32170688;
const PAGE_NS = 894e6 / PAGES;

test('interrupts off on the only CPU: the log says 1 ms for 894 ms', (t) => {
  const { log, realMs } = boot(DEFERRED_4_17, 1, PAGES, PAGE_NS);
  t.deepEqual(log, ['node 0 initialised, 32170688 pages in 1ms']);
  t.is(realMs, 894);
});

test('interrupts on: the log says what it took', (t) => {
  t.deepEqual(boot(DEFERRED_BASE, 1, PAGES, PAGE_NS).log, ['node 0 initialised, 32170688 pages in 894ms']);
  t.deepEqual(boot(DEFERRED_5_8, 1, PAGES, PAGE_NS).log, ['node 0 deferred pages initialised in 894ms']);
});

test('interrupts off, but not on the CPU that counts jiffies: the log is right', (t) => {
  t.deepEqual(boot(DEFERRED_4_17, 2, PAGES, PAGE_NS).log, ['node 0 initialised, 32170688 pages in 894ms']);
});

test('each block touches the watchdog four times before, and never once cond_resched() is there', (t) => {
  t.is(boot(DEFERRED_4_17, 1, 10 * 1024, 10).watchdog.touches, 40);
  t.is(boot(DEFERRED_BASE, 1, 10 * 1024, 10).watchdog.touches, 0);
});

test('30 s of work: without touches or cond_resched() a lockup, hard where interrupts are off; neither as merged', (t) => {
  const pages = 3_000_000;
  const slow = (rules: DeferredRules): (string | number)[][] =>
    boot(rules, 1, pages, 10_000).watchdog.lockups.map(({ kind, ns }) => [kind, Math.round(ns / 1e9)]);
  t.deepEqual(slow({ ...DEFERRED_BASE, condResched: false }), [['soft lockup', 30]]);
  t.deepEqual(slow({ ...DEFERRED_4_17, watchdogTouchesPerBlock: 0 }), [['hard LOCKUP', 30]]);
  t.deepEqual(slow(DEFERRED_4_17), []);
  t.deepEqual(slow(DEFERRED_BASE), []);
  t.deepEqual(slow(DEFERRED_5_8), []);
});

test('the longest time without a chance to schedule is one block of 1024 pages', (t) => {
  t.is(Math.round(boot(DEFERRED_5_8, 1, 64 * 1024, 100).watchdog.longestNs), 1024 * 100);
  t.is(Math.round(boot(DEFERRED_4_17, 1, 64 * 1024, 100).watchdog.longestNs), 64 * 1024 * 100);
});
