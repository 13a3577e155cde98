// --dump-memmap: every struct page as the kernel would have written it, and an index of which page stands where.
import { basename } from 'node:path';
import type { RunRecord } from '../init/record.ts';
import { InputError } from '../lib/input-error.ts';
import type { Memmap } from '../mm/memmap.ts';
import { memmapBytesOfSections, memmapIndex } from '../mm/memmap/dump.ts';
import type { CliIo } from './io.ts';
import { targetOf } from './target.ts';
import type { Output } from './write.ts';

/**
 * Where the index of a dump at `path` goes: beside it, nowhere for a FIFO or a device.
 * @throws InputError where `path` cannot be written to
 */
export async function memmapIndexPath(io: CliIo, path: string): Promise<string | undefined> {
  if (path === '-')
    throw new InputError('usage', '--dump-memmap -: expected a file: struct pages are no text');
  return (await targetOf(io.cwd, path)).kind === 'file' ? `${path}.index.txt` : undefined;
}

/** The bytes for `path`, made while they are written, and the text of their index. */
export async function memmapOutputs(
  io: CliIo,
  path: string,
  memmap: Memmap,
  record: RunRecord,
): Promise<Output[]> {
  const bytes = { path, content: memmapBytesOfSections(memmap) };
  const index = await memmapIndexPath(io, path);
  if (index === undefined) return [bytes];
  const maxPfn = Math.max(...record.nodes.map((node) => node.startPfn + node.spannedPages));
  return [bytes, { path: index, content: memmapIndex(memmap, basename(path), maxPfn) }];
}
