// --dump-memmap: every struct page as the kernel would have written it, and an index of which page stands where.
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { RunRecord } from '../init/record.ts';
import { InputError } from '../lib/input-error.ts';
import { fileErrorText } from '../machine/import/files.ts';
import type { Memmap } from '../mm/memmap.ts';
import { memmapBytesOfSections, memmapIndex } from '../mm/memmap/dump.ts';
import type { CliIo } from './io.ts';

/**
 * Writes `path` and `path.index.txt`, both or none.
 * @throws InputError 'file' where that cannot be
 */
export async function dumpMemmap(io: CliIo, path: string, memmap: Memmap, record: RunRecord): Promise<void> {
  const target = resolve(io.cwd, path);
  const temporary = `${target}.${process.pid}.tmp`;
  const maxPfn = Math.max(...record.nodes.map((node) => node.startPfn + node.spannedPages));
  try {
    const file = await open(temporary, 'w');
    try {
      for (const bytes of memmapBytesOfSections(memmap)) await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    await writeFile(`${target}.index.txt`, memmapIndex(memmap, basename(target), maxPfn));
  } catch (error) {
    await rm(temporary, { force: true });
    throw new InputError('file', `${path}: cannot be written: ${fileErrorText(error)}`);
  }
}
