// Holds a run record against the files of a captured boot.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../init/record.ts';
import { readText } from '../../machine/import/files.ts';
import { parseMemblockSnapshots, parsePadata, parseZoneinfo } from './capture.ts';
import {
  checkChunkInvariants,
  compareChunks,
  compareFirstDeferred,
  compareJobs,
  compareMemblock,
  compareWorkers,
  compareZones,
  type Comparison,
} from './compare.ts';

/** Compares whatever of padata.txt, zoneinfo.txt and memblock.txt the folder has. */
export async function compareFolder(path: string, record: RunRecord): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  const padataText = await optional(join(path, 'padata.txt'));
  if (padataText !== null) {
    const padata = parsePadata(padataText);
    comparisons.push(compareFirstDeferred(record, padata), compareJobs(record, padata));
    // fake nodes share their CPUs, so the kernel's own threads race for the pool of workers
    if (/\bnuma=fake/.test(record.cmdline)) comparisons.push(checkChunkInvariants(record));
    else comparisons.push(compareWorkers(record, padata), compareChunks(record, padata));
  }
  const zoneinfo = await optional(join(path, 'zoneinfo.txt'));
  if (zoneinfo !== null) comparisons.push(compareZones(record, parseZoneinfo(zoneinfo)));
  const memblock = await optional(join(path, 'memblock.txt'));
  if (memblock !== null) {
    const { freeAll, late } = parseMemblockSnapshots(memblock);
    comparisons.push(compareMemblock('memblock at memblock_free_all', record.memblock, freeAll));
    comparisons.push(compareMemblock('memblock at page_alloc_init_late', record.memblockLate, late));
  }
  return comparisons;
}

async function optional(path: string): Promise<string | null> {
  return existsSync(path) ? readText(path, 'log') : null;
}
