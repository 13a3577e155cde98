// In which line of a log a fact of its kernel shows, for the fact's source.
import type { LogText } from '../machine/import/lines.ts';

const BRK = /^(?:__)?memblock_reserve: .* setup_arch\+/;
const PERCPU = /^(?:percpu|PERCPU): .* pages\/cpu/;
const MEMORY = /^Memory: .* kernel code/;
const MEM_INIT = /^mem auto-init: stack/;
const SHOWN_BY: ReadonlyMap<string, RegExp> = new Map([
  ...['codeK', 'rwdataK', 'rodataK', 'initK', 'bssK'].map((fact) => [fact, MEMORY] as const),
  ...['percpuStatic', 'percpuReserved', 'percpuDynamic'].map((fact) => [fact, PERCPU] as const),
  ...['initOnAlloc', 'initOnFree', 'initStack'].map((fact) => [fact, MEM_INIT] as const),
  ['textStart', BRK],
  ['endOfKernelReserve', BRK],
  ['realModeSize', /^memblock_phys_alloc_range: .* reserve_real_mode\+/],
  ['sizeofPglistData', /^(?:NODE_DATA\(\d+\) allocated|  NODE_DATA )/],
  ['sizeofMemSectionUsage', /sparse_init_nid\+/],
  ['sizeofMemSection', / sparse_init\+/],
  ['nrCpus', /^setup_percpu: NR_CPUS:/],
  ['cpumaskOffstack', /^setup_percpu: NR_CPUS:/],
  ['logBufShift', /log_buf_len min size: /],
  ['logCpuMaxBufShift', /log_buf_len individual max cpu contribution: /],
  ['x86FiveLevel', / max_arch_pfn = /],
  ['deferredStructPageInit', /^node \d+ (?:deferred pages )?initialised/],
  ['zoneDma', /^  DMA +(?:\[mem |empty|0x)/],
  ['hibernation', /^PM: (?:hibernation: )?Registered nosave /],
  ['memoryHotplug', /^x86\/mm: Memory block size: /],
]);

/** `log line 12`, by the number of the line in its file; a switch that is off shows in a line that is not there. */
export function sourceInLog(fact: string, lines: readonly LogText[]): string {
  const pattern = SHOWN_BY.get(fact);
  const found = pattern === undefined ? undefined : lines.find(({ text }) => pattern.test(text));
  return found === undefined ? 'log: what it prints and does not' : `log line ${found.line}`;
}

/** Sources of facts that a log shows, by their paths: `image.codeK`. */
export function sourcesInLog(
  paths: readonly string[],
  lines: readonly LogText[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(paths.map((path) => [path, sourceInLog(path.replace(/^\w+\./, ''), lines)]));
}
