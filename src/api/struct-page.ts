// One struct page out of a memmap, field by field.
import { PAGES_PER_SECTION, type Pfn } from '../lib/units.ts';
import type { Memmap } from '../mm/memmap.ts';
import { structPageBytes } from '../mm/memmap/dump.ts';
import type { StructPage } from './boot.ts';

/** The fields of a page frame's struct page; null where its section is absent. */
export function structPage(memmap: Memmap, pfn: Pfn): StructPage | null {
  const section = Math.floor(pfn / PAGES_PER_SECTION);
  if (!memmap.shape.sections.includes(section)) return null;
  const bytes = structPageBytes(memmap, pfn, pfn + 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { flags, mapcount, refcount, privateData } = memmap.shape.layout;
  return {
    pfn,
    flags: view.getBigUint64(flags, true),
    mapcount: view.getInt32(mapcount, true),
    refcount: view.getInt32(refcount, true),
    private: view.getBigUint64(privateData, true),
  };
}
