// Mirrors numa_cleanup_meminfo of arch/x86/mm/numa.c (v6.1): node blocks trimmed to RAM and joined.
import { hex, PAGE_SIZE } from '../../lib/units.ts';
import type { NumaMemblk } from './numa_state.ts';
import type { X86State } from './state.ts';

/** `[mem a-b]` with the last address. */
export const mem = (start: number, end: number): string => `[mem ${hex(start, 8)}-${hex(end - 1, 8)}]`;

/** numa_add_memblk: one more block; false where the table, NR_NODE_MEMBLKS entries, is full. */
export function numaAddMemblk(x86: X86State, block: NumaMemblk): boolean {
  const { numa, ctx } = x86;
  if (numa.meminfo.length >= 2 * ctx.profile.config.maxNumnodes) {
    ctx.printk.print('too many memblk ranges', 3);
    return false;
  }
  numa.meminfo.push(block);
  return true;
}

/** Trims blocks to RAM, joins those of one node and refuses overlaps of two (numa_cleanup_meminfo). */
export function numaCleanupMeminfo(x86: X86State, blocks: NumaMemblk[]): boolean {
  const { memblock, maxPfn, profile } = x86.ctx;
  const byDram = profile.rules.numaBounds === 'dram';
  const low = byDram ? memblock.startOfDRAM() : 0;
  const high = byDram ? memblock.endOfDRAM() : maxPfn * PAGE_SIZE;
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i] as NumaMemblk;
    const inRam = memblock.overlapsRegion(memblock.memory, block.start, block.end - block.start);
    if (inRam) {
      block.start = Math.max(block.start, low);
      block.end = Math.min(block.end, high);
    }
    if (!inRam || block.start >= block.end) blocks.splice(i--, 1);
  }
  for (let i = 0; i < blocks.length; i++) {
    for (let j = i + 1; j < blocks.length; j++) {
      const joined = joinBlocks(x86, blocks, blocks[i] as NumaMemblk, blocks[j] as NumaMemblk);
      if (joined === 'conflict') return false;
      if (joined === 'joined') blocks.splice(j--, 1);
    }
  }
  return true;
}

/** Joins `b` into `a` where both are of one node and nothing of another node lies between them. */
function joinBlocks(
  x86: X86State,
  blocks: readonly NumaMemblk[],
  a: NumaMemblk,
  b: NumaMemblk,
): 'apart' | 'joined' | 'conflict' {
  const { printk } = x86.ctx;
  if (a.end > b.start && a.start < b.end) {
    if (a.nid !== b.nid) {
      printk.print(
        `node ${a.nid} ${mem(a.start, a.end)} overlaps with node ${b.nid} ${mem(b.start, b.end)}`,
        3,
      );
      return 'conflict';
    }
    printk.warn(`Warning: node ${a.nid} ${mem(a.start, a.end)} overlaps with itself ${mem(b.start, b.end)}`);
  }
  if (a.nid !== b.nid) return 'apart';
  const start = Math.min(a.start, b.start);
  const end = Math.max(a.end, b.end);
  if (blocks.some((other) => other.nid !== a.nid && start < other.end && end > other.start)) return 'apart';
  printk.info(`NUMA: Node ${a.nid} ${mem(a.start, a.end)} + ${mem(b.start, b.end)} -> ${mem(start, end)}`);
  a.start = start;
  a.end = end;
  return 'joined';
}
