// npx node tools/pack-memmap.ts FOLDER: packs the raw struct pages of the captures in FOLDER (6.1/NAME/memmap/*.bin) into
// test/fixtures/linux/memmap-raw.br. The same files give the same bytes.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packRawPages } from '../test/mm/memmap/helpers/raw-pages.ts';
import type { RawPages } from '../test/mm/memmap/helpers/raw-pages.ts';

const OUT = fileURLToPath(new URL('../test/fixtures/linux/memmap-raw.br', import.meta.url));

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: npx node tools/pack-memmap.ts FOLDER');

const list: RawPages[] = [];
for (const capture of readdirSync(folder).sort()) {
  const index = join(folder, capture, 'memmap', 'index.txt');
  if (!existsSync(index)) continue;
  for (const line of readFileSync(index, 'utf8').split('\n')) {
    const [file = '', first, , , , , ...note] = line.split(' ');
    if (!file.startsWith('pfn-')) continue;
    const bytes = readFileSync(join(folder, capture, 'memmap', file));
    list.push({ capture, firstPfn: Number(first), note: note.join(' '), bytes });
  }
}
const packed = packRawPages(list);
writeFileSync(OUT, packed);
console.log(`${list.length} files, ${packed.length} bytes`);
