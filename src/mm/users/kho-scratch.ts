// Mirrors how KHO sizes its scratch areas (kernel/liveupdate/kexec_handover.c, v7.2): memory that the next kernel boots in, so that
// nothing of what is preserved is touched. By default twice what the kernel itself has reserved.
import { alignUp } from '../../lib/align.ts';
import { MAX_ORDER_NR_PAGES, PAGE_SIZE, type Nid } from '../../lib/units.ts';
import { memparse } from '../../kernel/params.ts';
import { ARCH_LOW_ADDRESS_LIMIT } from '../memblock/types.ts';

/** Scratch is given to the buddy allocator as CMA: whole blocks of the largest order. */
export const SCRATCH_ALIGN = PAGE_SIZE * MAX_ORDER_NR_PAGES;
/** The lowmem area is for what is reserved below. */
export const LOW_ADDRESS_LIMIT = ARCH_LOW_ADDRESS_LIMIT;
const DEFAULT_SCALE = 200;

/** kho_scratch=: a scale in percent, or three sizes in bytes. */
export type KhoScratch =
  { readonly scale: number } | { readonly lowmem: number; readonly global: number; readonly perNode: number };

/** memblock_reserved_kern_size(): bytes that the kernel itself has reserved. */
export interface KernReserved {
  readonly low: number;
  readonly all: number;
  /** Of each node with memory. */
  readonly nodes: ReadonlyMap<Nid, number>;
}

export interface ScratchArea {
  readonly kind: 'lowmem' | 'global' | 'node';
  readonly node: Nid | null;
  readonly bytes: number;
}

/** kho_parse_scratch_size(): null for what the kernel refuses. */
export function parseKhoScratch(text: string): KhoScratch | null {
  if (text.endsWith('%')) {
    const digits = text.slice(0, -1);
    const scale = Number(digits);
    return /^\d+$/.test(digits) && scale < 2 ** 32 ? { scale } : null;
  }
  const sizes: number[] = [];
  let rest = text;
  for (let i = 0; i < 3; i += 1) {
    if (i > 0 && !rest.startsWith(',')) return null;
    const from: string = i > 0 ? rest.slice(1) : rest;
    const parsed = memparse(from);
    if (parsed.rest === from) return null;
    sizes.push(parsed.value);
    rest = parsed.rest;
  }
  const [lowmem = 0, global = 0, perNode = 0] = sizes;
  return rest !== '' || lowmem + global + perNode === 0 ? null : { lowmem, global, perNode };
}

/** The areas in the order in which kho_reserve_scratch() takes them. */
export function scratchAreas(
  { low, all, nodes }: KernReserved,
  how: KhoScratch = { scale: DEFAULT_SCALE },
): ScratchArea[] {
  const scaled = (bytes: number): number => ('scale' in how ? Math.floor((bytes * how.scale) / 100) : 0);
  const lowmem = 'scale' in how ? scaled(low) : how.lowmem;
  // what is below is taken off before either is rounded
  const global = 'scale' in how ? scaled(all) - lowmem : how.global;
  const perNode = (bytes: number): number => ('scale' in how ? scaled(bytes) : how.perNode);
  return [
    { kind: 'lowmem', node: null, bytes: alignUp(lowmem, SCRATCH_ALIGN) },
    { kind: 'global', node: null, bytes: alignUp(global, SCRATCH_ALIGN) },
    ...[...nodes].map(([node, bytes]): ScratchArea => ({
      ...{ kind: 'node', node, bytes: alignUp(perNode(bytes), SCRATCH_ALIGN) },
    })),
  ];
}
