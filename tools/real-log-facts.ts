// The facts of early boot that a log states whatever its lines look like, of a real log and of a predicted one: each is a text.
import { withoutTimestamp } from '../src/kernels/memory_lines.ts';

/** One fact: where it stands in lines, what of them counts, and whether both logs must have it. */
interface Kind {
  readonly name: string;
  readonly line: RegExp;
}

const KINDS: readonly Kind[] = [
  { name: 'last_pfn', line: /^(?:e820: )?last_pfn = (0x[0-9a-f]+)/ },
  { name: 'zones', line: /^  (DMA|DMA32|Normal|Movable|Device) +(\[mem .*|empty)$/ },
  { name: 'node ranges', line: /^  node +(\d+): \[mem (.*)\]/ },
  {
    name: 'CPUs',
    line: /^(?:smpboot: |CPU topo: |SMP: )Allowing (\d+) (?:present )?CPUs,? (?:plus )?(\d+) hotplug/,
  },
  { name: 'PCI gap', line: /^(?:e820: )?\[(?:mem|gap) (0x[0-9a-f]+-0x[0-9a-f]+)\] available for PCI/ },
  { name: 'RAM buffers', line: /RAM buffer(?: resource)?:? \[?(?:mem )?(.*?)\]?$/ },
  { name: 'nodes deferred', line: /^node (\d+) (?:deferred pages )?initialised/ },
  {
    name: 'hash tables',
    line: /^(Dentry cache|Inode-cache|Mount-cache|Mountpoint-cache) hash table entries: (\d+)/,
  },
  { name: 'memory block', line: /^x86\/mm: Memory block size: (\d+)MB/ },
];

/** How one kind of fact compares; null where the real log has no such line, and no reason to. */
export interface FactResult {
  readonly name: string;
  readonly right: boolean;
  readonly real: string;
  readonly predicted: string;
}

/** Hexadecimal numbers without their leading zeros: versions print different widths. */
const bare = (text: string): string => text.replace(/0x0*([0-9a-f])/g, '0x$1');

function valuesOf(texts: readonly string[], { line }: Kind): string {
  const values = texts.flatMap((text) => {
    const match = line.exec(text);
    return match
      ? [
          match
            .slice(1)
            .map((part) => bare(part ?? ''))
            .join(' '),
        ]
      : [];
  });
  return values.sort().join('; ');
}

/**
 * Of each kind that the real log tells; deferral counts in any log that goes on past it, since its lack says that a node was done at once.
 */
export function factsOf(real: readonly string[], predicted: readonly string[]): FactResult[] {
  const texts = real.map(withoutTimestamp);
  const beyondDeferral = texts.some((text) => /^devtmpfs: initialized/.test(text));
  return KINDS.flatMap((kind) => {
    const own = valuesOf(texts, kind);
    const always = kind.name === 'nodes deferred' && beyondDeferral;
    if (own === '' && !always) return [];
    const model = valuesOf(predicted, kind);
    return [{ name: kind.name, right: own === model, real: own, predicted: model }];
  });
}

/** KiB that the `Memory:` line has as available and in all; null where there is none. */
export function memoryOf(
  texts: readonly string[],
): { readonly available: number; readonly total: number } | null {
  for (const raw of texts) {
    const match = /^Memory: (\d+)K\/(\d+)K available/i.exec(withoutTimestamp(raw));
    if (match) return { available: Number(match[1]), total: Number(match[2]) };
  }
  return null;
}
