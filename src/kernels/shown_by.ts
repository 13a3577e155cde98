// In which line of a log a fact of its kernel's image shows, for the fact's source.
import type { LogText } from '../machine/import/lines.ts';

const BRK = /^(?:__)?memblock_reserve: .* setup_arch\+/;
const SHOWN_BY: ReadonlyMap<string, RegExp> = new Map([
  ['textStart', BRK],
  ['endOfKernelReserve', BRK],
  ['realModeSize', /^memblock_phys_alloc_range: .* reserve_real_mode\+/],
  ['sizeofPglistData', /^NODE_DATA\(\d+\) allocated/],
  ['sizeofMemSectionUsage', /sparse_init_nid\+/],
  ['sizeofMemSection', / sparse_init\+/],
  ['percpuStatic', /^percpu: .* pages\/cpu/],
  ['percpuReserved', /^percpu: .* pages\/cpu/],
]);
const MEMORY = /^Memory: .* kernel code/;

/** `log line 12`, by the number of the line in its file. */
export function sourceInLog(fact: string, lines: readonly LogText[]): string {
  const pattern = SHOWN_BY.get(fact) ?? MEMORY;
  return `log line ${lines.find(({ text }) => pattern.test(text))?.line ?? 0}`;
}
