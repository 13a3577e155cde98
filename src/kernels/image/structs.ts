// Sizes of the structs that early boot allocates, and struct page's layout, from the image's BTF.
import type { Btf } from './btf.ts';
import type { ImageFacts, StructPageFacts } from '../../kernel/profile.ts';
import { PAGEBLOCK_NR_PAGES, PAGES_PER_SECTION } from '../../lib/units.ts';

type StructSizes = Pick<
  ImageFacts,
  | 'sizeofPglistData'
  | 'sizeofMemSection'
  | 'sizeofMemSectionUsage'
  | 'sizeofPcpuChunk'
  | 'sizeofPcpuBlockMd'
  | 'sizeofPrbDesc'
  | 'sizeofPrintkInfo'
  | 'sizeofIoTlbSlot'
  | 'sizeofIoTlbArea'
  | 'sizes'
  | 'structPage'
  | 'pageFlags'
>;

/** By their C names; those that a kernel does not have are left out. */
const MORE_SIZES = [
  'resource',
  'firmware_map_entry',
  'nosave_region',
  'io_tlb_mem',
  'huge_bootmem_page',
  'numa_memblk',
  'e820_entry',
  'memblock_region',
  'page_ext',
  'hstate',
  'cma',
] as const;

/** Where the image has no types: 6.1 to 7.3 on x86-64. */
const USUAL = {
  sizeofPglistData: 174208,
  sizeofMemSection: 32,
  sizeofMemSectionUsage: 56,
  sizeofPcpuChunk: 136,
  sizeofPcpuBlockMd: 32,
  sizeofPrbDesc: 24,
  sizeofPrintkInfo: 88,
} as const;

/** Facts of structs; `assumed` names those that the image does not say. */
export interface StructFacts {
  readonly facts: StructSizes;
  readonly assumed: readonly string[];
}

/**
 * A section's usage with the flags of its page blocks behind it (mem_section_usage_size): 4 bits a page block, 8 from 6.17 on.
 */
function usageSize(btf: Btf): number | undefined {
  const struct = btf.sizeof('mem_section_usage');
  const bits = btf.enumValues('pageblock_bits');
  const each = bits?.get('NR_PAGEBLOCK_BITS') ?? bits?.get('__NR_PAGEBLOCK_BITS') ?? 4;
  const rounded = 2 ** Math.ceil(Math.log2(each));
  const words = Math.ceil(((PAGES_PER_SECTION / PAGEBLOCK_NR_PAGES) * rounded) / 64);
  return struct === undefined ? undefined : struct + words * 8;
}

function structPage(btf: Btf): StructPageFacts | undefined {
  const page = btf.layout('page');
  if (!page) return undefined;
  const { flags, lru, private: priv, _mapcount, _refcount } = page.offsets;
  if ([flags, lru, priv, _mapcount, _refcount].includes(undefined)) return undefined;
  return {
    size: page.size,
    flags: flags ?? 0,
    lru: lru ?? 0,
    private: priv ?? 0,
    mapcount: _mapcount ?? 0,
    refcount: _refcount ?? 0,
  };
}

/** Names of enum pageflags that are bits of their own: aliases such as PG_readahead are left out. */
function pageFlags(btf: Btf): Record<string, number> | undefined {
  const values = btf.enumValues('pageflags');
  const count = values?.get('__NR_PAGEFLAGS');
  if (!values || count === undefined) return undefined;
  const flags: Record<string, number> = Object.create(null);
  const taken = new Set<number>();
  for (const [name, bit] of values) {
    if (bit >= count || taken.has(bit)) continue;
    taken.add(bit);
    flags[name] = bit;
  }
  return flags;
}

/** What `btf` says; sizes of the software IO TLB's structs, which older kernels do not have, are then `base`'s. */
export function structFacts(
  btf: Btf | null,
  base: Pick<ImageFacts, 'sizeofIoTlbSlot' | 'sizeofIoTlbArea'>,
): StructFacts {
  const assumed: string[] = [];
  const or = (name: string, found: number | undefined, usual: number): number => {
    if (found === undefined) assumed.push(name);
    return found ?? usual;
  };
  const of = (name: keyof typeof USUAL, struct: string): number => or(name, btf?.sizeof(struct), USUAL[name]);
  const sizes = Object.fromEntries(
    MORE_SIZES.flatMap((name) => {
      const size = btf?.sizeof(name);
      return size === undefined ? [] : [[name, size]];
    }),
  );
  const facts: StructSizes = {
    sizeofPglistData: of('sizeofPglistData', 'pglist_data'),
    sizeofMemSection: of('sizeofMemSection', 'mem_section'),
    sizeofMemSectionUsage: or(
      'sizeofMemSectionUsage',
      btf ? usageSize(btf) : undefined,
      USUAL.sizeofMemSectionUsage,
    ),
    sizeofPcpuChunk: of('sizeofPcpuChunk', 'pcpu_chunk'),
    sizeofPcpuBlockMd: of('sizeofPcpuBlockMd', 'pcpu_block_md'),
    sizeofPrbDesc: of('sizeofPrbDesc', 'prb_desc'),
    sizeofPrintkInfo: of('sizeofPrintkInfo', 'printk_info'),
    sizeofIoTlbSlot: or('sizeofIoTlbSlot', btf?.sizeof('io_tlb_slot'), base.sizeofIoTlbSlot),
    sizeofIoTlbArea: or('sizeofIoTlbArea', btf?.sizeof('io_tlb_area'), base.sizeofIoTlbArea),
    ...(btf ? { sizes, structPage: structPage(btf), pageFlags: pageFlags(btf) } : {}),
  };
  return { facts, assumed };
}
