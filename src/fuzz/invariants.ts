// What holds of every run record, whatever the machine: memblock's tables in order, pages that add up, chunks that cover
// their jobs, a log without slips.
import type { RecordJob, RecordNode, RecordRegion, RunRecord } from '../init/record.ts';
import { pfnDown, pfnUp } from '../lib/units.ts';
import { Wrong } from './target.ts';

/** @throws Wrong with the first thing that does not hold */
export function checkRecord(record: RunRecord): void {
  for (const [when, tables] of [
    ['memblock_free_all', record.memblock],
    ['page_alloc_init_late', record.memblockLate],
  ] as const) {
    checkRegions(tables.memory, `memblock.memory at ${when}`);
    checkRegions(tables.reserved, `memblock.reserved at ${when}`);
  }
  for (const node of record.nodes) checkNode(record, node);
  for (const job of record.jobs) checkJob(job);
  checkLog(record);
}

function need(holds: boolean, otherwise: () => string): void {
  if (!holds) throw new Wrong(otherwise());
}

/** Sorted, disjoint, not empty, exact. */
function checkRegions(regions: readonly RecordRegion[], what: string): void {
  let end = 0;
  for (const { base, size } of regions) {
    need(
      Number.isSafeInteger(base) && Number.isSafeInteger(size),
      () => `${what}: ${base}, ${size}: not exact`,
    );
    need(size > 0, () => `${what}: an empty region at ${base}`);
    need(base >= end, () => `${what}: a region at ${base} begins before the end of the last one, ${end}`);
    end = base + size;
  }
}

/** Zones lie in their node, apart from each other, and hold its pages; the node holds memblock's. */
function checkNode(record: RunRecord, node: RecordNode): void {
  const zones = record.zones.filter((zone) => zone.node === node.id).sort((a, b) => a.startPfn - b.startPfn);
  const what = `node ${node.id}`;
  const nodeEnd = node.startPfn + node.spannedPages;
  let present = 0;
  for (const zone of zones) {
    const name = `${what} zone ${zone.name}`;
    need(zone.presentPages <= zone.spannedPages, () => `${name}: more pages present than spanned`);
    need(zone.managedPages <= zone.presentPages, () => `${name}: more pages managed than present`);
    need(zone.managedPages >= 0, () => `${name}: ${zone.managedPages} managed pages`);
    need(zone.startPfn >= node.startPfn, () => `${name}: begins before its node`);
    need(zone.startPfn + zone.spannedPages <= nodeEnd, () => `${name}: ends behind its node`);
    present += zone.presentPages;
  }
  zones.slice(1).forEach((zone, i) => {
    const before = zones[i];
    // the movable zone takes the end of its node's memory and may span another zone's holes
    if (!before || zone.name === 'Movable' || before.name === 'Movable') return;
    need(
      before.startPfn + before.spannedPages <= zone.startPfn,
      () => `${what}: zones ${before.name} and ${zone.name} overlap`,
    );
  });
  need(
    present === node.presentPages,
    () => `${what}: its zones hold ${present} pages, it has ${node.presentPages}`,
  );
  const memory = record.memblock.memory
    .filter((region) => region.nid === node.id)
    .reduce((sum, { base, size }) => sum + Math.max(0, pfnDown(base + size) - pfnUp(base)), 0);
  need(
    memory === node.presentPages,
    () => `${what}: memblock has ${memory} pages for it, it has ${node.presentPages}`,
  );
}

/** Every page of a job is in one chunk. */
function checkJob(job: RecordJob): void {
  let next = job.start;
  for (const chunk of [...job.chunks].sort((a, b) => a.start - b.start)) {
    need(chunk.start === next, () => `job of node ${job.node}: a chunk at ${chunk.start}, expected ${next}`);
    next = chunk.end;
  }
  need(next === job.start + job.size, () => `job of node ${job.node}: its chunks end at ${next}`);
}

/** Lines that repeat what came in. */
const ECHO = /command line|parameters|unknown allocator|DMI:|efi:|Linux version/i;

function checkLog({ log, logLines, cmdline }: RunRecord): void {
  need(log.length === logLines.length, () => `${log.length} log lines, ${logLines.length} with levels`);
  for (const { text } of logLines) {
    if (ECHO.test(text)) continue;
    const slip = /\b(?:NaN|undefined|Infinity)\b|\[object |\b\d(?:\.\d+)?e\+\d+|0x-|0x[0-9a-f]{17,}/.exec(
      text,
    )?.[0];
    need(slip === undefined || cmdline.includes(slip), () => `"${slip}" in the log: ${text}`);
  }
}
