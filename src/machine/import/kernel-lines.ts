// What a log tells of the kernel's image and version: the sizes that it prints of itself.
import type { KernelFacts } from '../kernel-facts.ts';
import { configFromLines } from './config-lines.ts';
import { changesFromLines } from './change-lines.ts';
import type { LogText } from './lines.ts';

/** `Memory:` since 3.11. Before it was without text and data apart. */
const MEMORY =
  /^Memory: \d{1,16}K\/\d{1,16}K available \((\d{1,9})K kernel code, (\d{1,9})K rwdata, (\d{1,9})K rodata, (\d{1,9})K init, (\d{1,9})K bss/;
const PERCPU = /^(?:percpu|PERCPU): Embedded \d{1,6} pages\/cpu .{0,40}s(\d{1,9}) r(\d{1,9}) d(\d{1,9}) u\d/;
const PCPU_ALLOC = /^pcpu-alloc: s(\d{1,9}) r(\d{1,9}) d(\d{1,9}) u\d/;
const NODE_DATA =
  /^(?:NODE_DATA\(\d{1,5}\) allocated|  NODE_DATA) \[mem 0x([0-9a-f]{1,13})-0x([0-9a-f]{1,13})\]/;
/** What any pg_data_t takes: a damaged line proves nothing. */
const NODE_DATA_MOST = 4 * 1024 * 1024;
/** Ubuntu's banner ends in the upstream version: `(Ubuntu 5.15.0-60.66-generic 5.15.78)`. */
const UBUNTU = /\(Ubuntu \d\S{1,80} (\d{1,3}\.\d{1,3}\.\d{1,4})[^()]{0,20}\)$/;
const DEBIAN = /Debian (\d{1,3}\.\d{1,3}\.\d{1,4})[-~]\S{0,40}(?: \(\d{4}-\d\d-\d\d\))?$/;

type Sizes = {
  -readonly [Name in keyof NonNullable<KernelFacts['image']>]: NonNullable<KernelFacts['image']>[Name];
};

/** Everything that the lines prove; undefined where they prove nothing. */
export function kernelFactsFromLines(lines: readonly LogText[]): KernelFacts | undefined {
  const image = sizesOf(lines);
  const config = configFromLines(lines);
  const { has, lacks } = changesFromLines(lines);
  const version = versionOf(lines);
  const facts: KernelFacts = {
    ...(version !== null && { version }),
    ...(Object.keys(image).length > 0 && { image }),
    ...(Object.keys(config).length > 0 && { config }),
    ...(has.length > 0 && { has }),
    ...(lacks.length > 0 && { lacks }),
  };
  return Object.keys(facts).length > 0 ? facts : undefined;
}

function versionOf(lines: readonly LogText[]): string | null {
  const banner = lines.find(({ text }) => text.startsWith('Linux version '))?.text.trimEnd() ?? '';
  return (UBUNTU.exec(banner) ?? DEBIAN.exec(banner))?.[1] ?? null;
}

function sizesOf(lines: readonly LogText[]): Sizes {
  const sizes: Sizes = {};
  for (const { text } of lines) {
    const memory = MEMORY.exec(text);
    if (memory) {
      const [codeK = 0, rwdataK = 0, rodataK = 0, initK = 0, bssK = 0] = memory.slice(1).map(Number);
      Object.assign(sizes, { codeK, rwdataK, rodataK, initK, bssK });
    }
    const percpu = PERCPU.exec(text) ?? PCPU_ALLOC.exec(text);
    if (percpu) {
      const [percpuStatic = 0, percpuReserved = 0, percpuDynamic = 0] = percpu.slice(1).map(Number);
      Object.assign(sizes, { percpuStatic, percpuReserved, percpuDynamic });
    }
    const node = sizes.sizeofPglistData === undefined ? NODE_DATA.exec(text) : null;
    if (node) {
      const size = Number.parseInt(node[2] ?? '', 16) + 1 - Number.parseInt(node[1] ?? '', 16);
      if (size > 0 && size <= NODE_DATA_MOST) sizes.sizeofPglistData = size;
    }
  }
  return sizes;
}
