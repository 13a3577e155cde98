// Nodes out of a log without tables: its SRAT lines name each CPU's and each memory range's proximity domain.
import type { CpuSpec, NodeMemory, NodeSpec } from '../spec.ts';
import type { LogText } from './lines.ts';

const CPU = /^SRAT: PXM (\d+) -> APIC 0x([0-9a-f]+) -> Node (\d+)/;
const MEMORY =
  /^(?:ACPI: )?SRAT: Node (\d+) PXM (\d+) \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]( hotplug)?( non-volatile)?/;

export interface SratLines {
  readonly cpus: readonly CpuSpec[];
  readonly nodes: readonly NodeSpec[];
}

/** CPUs in the order of their lines, nodes in the order in which proximity domains appear; both empty without SRAT lines. */
export function sratFromLines(lines: readonly LogText[]): SratLines {
  const cpus: CpuSpec[] = [];
  const nodes = new Map<number, { cpus: number[]; memory: NodeMemory[] }>();
  const node = (pxm: number) => {
    const known = nodes.get(pxm) ?? { cpus: [], memory: [] };
    nodes.set(pxm, known);
    return known;
  };
  for (const { text } of lines) {
    const cpu = CPU.exec(text);
    if (cpu) {
      node(Number(cpu[1])).cpus.push(cpus.length);
      cpus.push({ apicId: parseInt(cpu[2] ?? '0', 16), enabled: true });
      continue;
    }
    const memory = MEMORY.exec(text);
    if (!memory) continue;
    const start = parseInt(memory[3] ?? '0', 16);
    node(Number(memory[2])).memory.push({
      start,
      size: parseInt(memory[4] ?? '0', 16) + 1 - start,
      hotplug: memory[5] !== undefined,
      nonvolatile: memory[6] !== undefined,
    });
  }
  return { cpus, nodes: [...nodes].map(([pxm, lists]) => ({ pxm, ...lists })) };
}
