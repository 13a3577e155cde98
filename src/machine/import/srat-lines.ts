// Nodes out of a log without tables: its SRAT lines name each CPU's and each memory range's proximity domain.
import type { SratEntry } from '../acpi-build/srat-entries.ts';
import type { NodeMemory, NodeSpec } from '../spec.ts';
import { MAX_CPUS, MAX_NODE_RANGES, MAX_NODES } from '../spec/limits.ts';
import type { LogText } from './lines.ts';
import type { Nid } from '../../lib/units.ts';
import { addressOf, placeOf, refuseMore, sizeOf, wordOf } from './numbers.ts';

/** Two digits for a local APIC, four for an x2APIC; decimal and without 0x before 2.6.38. */
const CPU = /^SRAT: PXM (\d+) -> APIC (0x)?([0-9a-f]+) -> Node (\d+)/;
const MEMORY =
  /^(?:ACPI: )?SRAT: Node (\d+) PXM (\d+) \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]( hotplug)?( non-volatile)?/;
/** Before 3.6, end exclusive. */
const OLD_MEMORY = /^SRAT: Node (\d+) PXM (\d+) ([0-9a-f]+)-([0-9a-f]+)\s*$/;
const X2APIC_DIGITS = 4;

/** A CPU and the node that Linux gave its proximity domain. */
export interface SratCpu {
  readonly apicId: number;
  readonly node: Nid;
}

export interface SratLines {
  readonly cpus: readonly SratCpu[];
  readonly nodes: readonly NodeSpec[];
  /** The proximity domain of each node that a line names. */
  readonly pxmOfNode: ReadonlyMap<Nid, number>;
  /** As the table lists them. */
  readonly entries: readonly SratEntry[];
}

/**
 * CPUs in the order of their lines, nodes in the order in which proximity domains appear; both empty without SRAT lines.
 * @throws InputError 'log' where a number is none that a table holds, or there are more lines than a kernel prints
 */
export function sratFromLines(lines: readonly LogText[], path: string): SratLines {
  const cpus: SratCpu[] = [];
  const pxmOfNode = new Map<Nid, number>();
  const entries: SratEntry[] = [];
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
      const pxm = wordOf(cpu[1] ?? '', 10, where);
      const digits = cpu[3] ?? '';
      const apicId = wordOf(digits, cpu[2] === undefined ? 10 : 16, where);
      node(pxm).cpus.push(cpus.length);
      const ofCpu = Number(cpu[4]);
      cpus.push({ apicId, node: ofCpu });
      pxmOfNode.set(ofCpu, pxm);
      entries.push({ kind: 'cpu', pxm, apicId, x2apic: digits.length >= X2APIC_DIGITS });
      refuseMore(cpus.length, MAX_CPUS, 'CPUs', where);
      continue;
    }
    const memory = memoryOf(text, where);
    if (memory === null) continue;
    refuseMore(++ranges, MAX_NODE_RANGES, 'memory ranges of nodes', where);
    node(memory.pxm).memory.push(memory.range);
    pxmOfNode.set(memory.node, memory.pxm);
    entries.push({ kind: 'memory', pxm: memory.pxm, range: memory.range });
  }
  refuseMore(nodes.size, MAX_NODES, 'nodes', path);
  return {
    ...{ cpus, pxmOfNode, entries },
    nodes: [...nodes].map(([pxm, lists]) => ({ pxm, ...lists })),
  };
}

function memoryOf(
  text: string,
  where: string,
): { readonly node: Nid; readonly pxm: number; readonly range: NodeMemory } | null {
  const old = OLD_MEMORY.exec(text);
  const memory = old ?? MEMORY.exec(text);
  if (!memory) return null;
  const [, node = '', pxm = '', first = '', last = ''] = memory;
  return {
    node: Number(node),
    pxm: wordOf(pxm, 10, where),
    range: {
      start: addressOf(first, where),
      size: sizeOf(first, last, where) - (old ? 1 : 0),
      hotplug: memory[5] !== undefined,
      nonvolatile: memory[6] !== undefined,
    },
  };
}
