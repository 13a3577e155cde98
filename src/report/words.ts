// The report's sentences: what was deferred, who did it, what it saved, for readers who never heard of padata.
import type { RecordNode, RunRecord } from '../init/record.ts';
import { PAGE_SIZE, PAGES_PER_SECTION } from '../lib/units.ts';
import { STRUCT_PAGE_BYTES } from './glossary/deferred.ts';
import { deferredBytes, type Facts } from './facts.ts';
import type { CurvePoint } from './threads-chart.ts';
import { countText, plural } from '../lib/plural.ts';
import { bytesText, durationText, listText } from './text.ts';

const CPU_KINDS: Readonly<Record<RunRecord['cpus'], string>> = {
  simulated: 'on simulated CPUs: times are computed by a cost model',
  threads: 'on real threads of the host: times were measured there',
  emulated: 'on emulated x86 CPUs: times are those of the emulator',
};

/** The machine in a sentence. */
export function machineSentence(record: RunRecord, facts: Facts): string {
  const nodes = facts.nodes.length;
  const where =
    nodes === 1 ? 'one NUMA node' : `${nodes} NUMA nodes (processor sockets with memory of their own)`;
  return (
    `A machine with ${bytesText(facts.memoryBytes)} of memory on ${where} and ` +
    `${plural(facts.onlineCpus, 'CPU')}, booted with Linux ${record.kernel} ${CPU_KINDS[record.cpus]}.`
  );
}

/** A boot that ended early; `panic` is the kernel's last line. */
export function panicSentence(panic: string): string {
  return `Linux does not boot on this machine: ${panic}. Everything here is as it was then: one CPU ran, and nothing was deferred yet.`;
}

/** What was deferred, and why anything is. */
export function deferredSentence(facts: Facts): string {
  const pages = Math.floor(facts.memoryBytes / PAGE_SIZE);
  const intro =
    `Linux keeps a record of ${STRUCT_PAGE_BYTES} bytes, a struct page, for every page (${bytesText(PAGE_SIZE)}) of ` +
    `memory: ${countText(pages)} records here, ${bytesText(pages * STRUCT_PAGE_BYTES)} in all. They must be filled in ` +
    'before a page can be used.';
  if (facts.deferredPages === 0) {
    return (
      `${intro} This machine is small enough that the first CPU filled in all of them at once; ` +
      'nothing was deferred (left for later), so there was nothing to do in parallel.'
    );
  }
  const share = ((facts.deferredPages / Math.max(pages, 1)) * 100).toFixed(1).replace(/\.0$/, '');
  const grown =
    facts.grownBytes > 0
      ? ` Before that, allocations needed more than was ready, and ${bytesText(facts.grownBytes)} were filled in on demand.`
      : '';
  return (
    `${intro} Doing so one after another with a single CPU would hold boot up, so the kernel filled in only what it ` +
    `needed to get going (${bytesText(facts.earlyBytes)} of free memory) and deferred the rest, to be done once all ` +
    `CPUs are there: ${countText(facts.deferredPages)} pages, ${bytesText(deferredBytes(facts))}, ` +
    `${share} % of all memory.${grown}`
  );
}

/** Who filled in the deferred records. */
export function whoSentence(record: RunRecord, facts: Facts): string {
  if (facts.slowest === null) return 'Nobody had to: there were no deferred pages.';
  const nodes = facts.nodes.filter((node) => node.chunks + node.serial > 0);
  const threads = nodes.map((node) => `pgdatinit${node.node}`);
  const named = threads.length <= 4 ? ` (${listText(threads)})` : ` (${threads[0]} to ${threads.at(-1)})`;
  const start =
    nodes.length === 1
      ? `A kernel thread${named} took up the deferred pages.`
      : `${countText(nodes.length)} kernel threads, one for each node${named}, took up the deferred pages.`;
  const most = Math.max(1, ...record.jobs.map((job) => job.workers));
  if (most <= 1) {
    return `${start} Each worked alone, in ${plural(facts.chunks + facts.serial, 'piece')}: it was allowed one thread, or its work was too little to share.`;
  }
  const alone =
    facts.serial > 0
      ? ` ${plural(facts.serial, 'piece')} that no job covers the nodes' own threads did alone.`
      : '';
  const sizes = record.jobs.filter((job) => job.workers > 1).map((job) => job.chunkSize);
  const largest = Math.max(...sizes);
  return (
    `${start} ${nodes.length === 1 ? 'It' : 'Each'} handed its pages to padata, the kernel's helper for work in ` +
    `parallel, which woke up to ${plural(most, 'thread')} for a node, cut the memory into chunks of up to ` +
    `${bytesText(largest * PAGE_SIZE)} (${plural(Math.round(largest / PAGES_PER_SECTION), 'section')}), and let each ` +
    `thread take the next chunk as soon as it was done with its last. ${plural(facts.cpusUsed, 'CPU')} initialised ` +
    `${plural(facts.chunks, 'chunk')} in ${plural(facts.jobs, 'job')}.${alone}`
  );
}

/**
 * What working side by side saved; `alone` is a one-thread figure of the same run's curve. Without one, nothing is said
 * of one thread: chunks that run side by side slow each other down, so their sum tells too much.
 */
export function savedSentence(facts: Facts, alone: CurvePoint | null): string {
  if (facts.slowest === null) return 'Nothing: there was nothing to share out.';
  const { source, slowest } = facts;
  const took = `Boot waited ${durationText(facts.deferredNs)} (${source}) until the slowest node, node ${slowest.node}, was done.`;
  if (slowest.workers <= 1)
    return `${took} One thread a node did the work, so nothing was saved compared with that.`;
  if (alone === null) {
    const busy = facts.workNs / Math.max(facts.deferredNs, 1);
    return (
      `${took} In that time its threads did ${durationText(facts.workNs)} of work: on average ${busy.toFixed(1)} CPUs ` +
      'were busy at once. What one thread would have needed this run does not tell; a report of the machine itself does.'
    );
  }
  const aloneNs = alone.ms * 1e6;
  const how = `With one thread for each node it would have been ${durationText(aloneNs)} (${alone.source})`;
  if (aloneNs <= facts.deferredNs) return `${took} ${how}: working side by side saved nothing here.`;
  const times = (aloneNs / facts.deferredNs).toFixed(1);
  return `${took} ${how}: working side by side saved ${durationText(aloneNs - facts.deferredNs)} of boot, it was ${times} times as fast.`;
}

/** Why a node has or has not deferred pages, for the table of nodes. */
export function nodeNote(node: RecordNode): string {
  if (node.presentPages === 0) return 'has no memory';
  return node.firstDeferredPfn === null ? 'nothing deferred' : '';
}
