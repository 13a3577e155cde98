// Raw struct pages for tools outside: the bytes of every present section one after the other, and an index that says
// where each stands, in the form of the captures' memmap/index.txt.
import { PAGES_PER_SECTION } from '../../lib/units.ts';
import type { Pfn } from '../../lib/units.ts';
import type { Memmap } from '../memmap.ts';

/** The bytes of the struct pages of [start, end), which lie in one present section: a view, not a copy. */
export function structPageBytes(memmap: Memmap, start: Pfn, end: Pfn): Uint8Array {
  const section = memmap.store.section(start);
  const { size } = memmap.shape.layout;
  return new Uint8Array(section.words.buffer, memmap.store.wordOf(section, start) * 4, (end - start) * size);
}

/** The sections' bytes in ascending order, 2 MiB each. */
export function* memmapBytesOfSections(memmap: Memmap): Generator<Uint8Array> {
  for (const section of memmap.shape.sections) {
    const start = section * PAGES_PER_SECTION;
    yield structPageBytes(memmap, start, start + PAGES_PER_SECTION);
  }
}

/** The index of a dump whose bytes are in `file`: a line for each run of present sections. */
export function memmapIndex(memmap: Memmap, file: string, maxPfn: Pfn): string {
  const { layout, bases, sections } = memmap.shape;
  const offsets = [
    ['flags', layout.flags],
    ['lru', layout.lru],
    ['private', layout.privateData],
    ['_mapcount', layout.mapcount],
    ['_refcount', layout.refcount],
  ].map(([name, byte]) => `${name}=${byte}`);
  const lines = [
    `# struct pages at the end of deferred init; ${layout.size} bytes per page, little endian`,
    `# vmemmap_base 0x${bases.vmemmapBase.toString(16)}  max_pfn 0x${maxPfn.toString(16)}  page offsets: ${offsets.join(' ')}`,
    '# file byte_offset first_pfn npages vaddr',
  ];
  for (let i = 0; i < sections.length;) {
    const first = sections[i] ?? 0;
    let count = 1;
    while (sections[i + count] === first + count) count += 1;
    const pfn = first * PAGES_PER_SECTION;
    const vaddr = bases.vmemmapBase + BigInt(pfn) * BigInt(layout.size);
    const at = i * PAGES_PER_SECTION * layout.size;
    lines.push(`${file} ${at} 0x${pfn.toString(16)} ${count * PAGES_PER_SECTION} 0x${vaddr.toString(16)}`);
    i += count;
  }
  return lines.map((line) => line + '\n').join('');
}
