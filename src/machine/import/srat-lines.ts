// Nodes out of a log without tables: its SRAT lines name each CPU's and each memory range's proximity domain.
import type { CpuSpec, NodeMemory, NodeSpec } from '../spec.ts';
import { MAX_CPUS, MAX_NODE_RANGES, MAX_NODES } from '../spec/limits.ts';
import type { LogText } from './lines.ts';
import { addressOf, placeOf, refuseMore, sizeOf, wordOf } from './numbers.ts';

const CPU = /^SRAT: PXM (\d+) -> APIC 0x([0-9a-f]+) -> Node (\d+)/;
const MEMORY =
  /^(?:ACPI: )?SRAT: Node (\d+) PXM (\d+) \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]( hotplug)?( non-volatile)?/;

export interface SratLines {
  readonly cpus: readonly CpuSpec[];
  readonly nodes: readonly NodeSpec[];
}

/**
 * CPUs in the order of their lines, nodes in the order in which proximity domains appear; both empty without SRAT lines.
 * @throws InputError 'log' where a number is none that a table holds, or there are more lines than a kernel prints
 */
export function sratFromLines(lines: readonly LogText[], path: string): SratLines {
  const cpus: CpuSpec[] = [];
  const nodes = new Map<number, { cpus: number[]; memory: NodeMemory[] }>();
  const node = (pxm: number) => {
    const known = nodes.get(pxm) ?? { cpus: [], memory: [] };
    nodes.set(pxm, known);
    return known;
  };
  let ranges = 0;
  for (const { text, line } of lines) {
    const where = placeOf(path, line);
    const cpu = CPU.exec(text);
    if (cpu) {
      node(wordOf(cpu[1] ?? '', 10, where)).cpus.push(cpus.length);
      cpus.push({ apicId: wordOf(cpu[2] ?? '', 16, where), enabled: true });
      refuseMore(cpus.length, MAX_CPUS, 'CPUs', where);
      continue;
    }
    const memory = MEMORY.exec(text);
    if (!memory) continue;
    const [, , pxm = '', first = '', last = ''] = memory;
    refuseMore(++ranges, MAX_NODE_RANGES, 'memory ranges of nodes', where);
    node(wordOf(pxm, 10, where)).memory.push({
      start: addressOf(first, where),
      size: sizeOf(first, last, where),
      hotplug: memory[5] !== undefined,
      nonvolatile: memory[6] !== undefined,
    });
  }
  refuseMore(nodes.size, MAX_NODES, 'nodes', path);
  return { cpus, nodes: [...nodes].map(([pxm, lists]) => ({ pxm, ...lists })) };
}
