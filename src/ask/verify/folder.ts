// Holds a run record against the files of a captured boot.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../init/record.ts';
import { filesIn } from '../../machine/import/folder/places.ts';
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

/** Texts of a capture's files; null where there is none. */
export interface CapturedTexts {
  readonly padata: string | null;
  readonly zoneinfo: string | null;
  readonly memblock: string | null;
}

/** Compares whatever of padata.txt, zoneinfo and memblock.txt the folder has. */
export async function compareFolder(path: string, record: RunRecord): Promise<Comparison[]> {
  const files = await filesIn(path);
  const [padata, zoneinfo, memblock] = await Promise.all(
    [join(path, 'padata.txt'), files.zoneinfo, join(path, 'memblock.txt')].map(optional),
  );
  return compareTexts(record, {
    padata: padata ?? null,
    zoneinfo: zoneinfo ?? null,
    memblock: memblock ?? null,
  });
}

/** Compares whatever there is. */
export function compareTexts(record: RunRecord, texts: CapturedTexts): Comparison[] {
  const comparisons: Comparison[] = [];
  if (texts.padata !== null) {
    const padata = parsePadata(texts.padata);
    comparisons.push(compareFirstDeferred(record, padata), compareJobs(record, padata));
    // fake nodes share their CPUs, so the kernel's own threads race for the pool of workers
    if (/\bnuma=fake/.test(record.cmdline)) comparisons.push(checkChunkInvariants(record));
    else comparisons.push(compareWorkers(record, padata), compareChunks(record, padata));
  }
  if (texts.zoneinfo !== null) comparisons.push(compareZones(record, parseZoneinfo(texts.zoneinfo)));
  if (texts.memblock !== null) {
    const { freeAll, late } = parseMemblockSnapshots(texts.memblock);
    comparisons.push(compareMemblock('memblock at memblock_free_all', record.memblock, freeAll));
    comparisons.push(compareMemblock('memblock at page_alloc_init_late', record.memblockLate, late));
  }
  return comparisons;
}

async function optional(path: string | null): Promise<string | null> {
  return path !== null && existsSync(path) ? readText(path, 'log') : null;
}
