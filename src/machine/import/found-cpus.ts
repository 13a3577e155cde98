// The CPUs of a machine that is known by its log: how many, with which APIC ids, in which order, and on which nodes.
import { signatureOf } from '../acpi-build/build.ts';
import type { SratEntry } from '../acpi-build/srat-entries.ts';
import type { CpuSpec, NodeSpec } from '../spec.ts';
import { MAX_NODES } from '../spec/limits.ts';
import type { Nid } from '../../lib/units.ts';
import type { AcpiLines } from './acpi-lines.ts';
import type { CpuCount } from './cpu-lines.ts';
import { bootCpuNode } from './cpu-nodes.ts';
import { cpusByLength, cpusOfMadt } from './madt.ts';
import type { SratLines } from './srat-lines.ts';
import type { TableFile } from './tables.ts';

/** 2^32 - 1 means all of them. */
const MAX_APIC_ID = 2 ** 32 - 2;

/** By CPU number; see cpuNodesFromLines(). */
type CpuNodes = ReadonlyMap<number, Nid>;

export interface FoundCpus {
  /** In the order of their numbers. */
  readonly cpus: readonly CpuSpec[];
  /** Their number in words, where nothing says it. */
  readonly guessed: string | null;
}

/** From the MADT where there is one, else as many as the user or the log says, else the SRAT lines, else by the MADT's length. */
export function findCpus(
  files: readonly TableFile[],
  srat: SratLines,
  acpi: AcpiLines,
  count: CpuCount | number | null,
  cpuNodes: CpuNodes,
): FoundCpus {
  const madt = files.find((file) => signatureOf(file.bytes) === 'APIC');
  if (madt) return { cpus: cpusOfMadt(madt.bytes), guessed: null };
  const ids = idsByNumber(srat, cpuNodes);
  const numbered = (present: number, hotplug = 0, guessed: string | null = null): FoundCpus => ({
    cpus: apicIds(ids, present + hotplug).map((apicId, index) => ({ apicId, enabled: index < present })),
    guessed,
  });
  if (typeof count === 'number') return numbered(count);
  if (count !== null) return numbered(count.present, count.hotplug);
  if (ids.length > 0) return numbered(ids.length, 0, `${ids.length}, those of the SRAT's lines`);
  const line = acpi.tables.find((table) => table.signature === 'APIC');
  if (!line) return numbered(1, 0, '1, without a MADT');
  const { count: guess, exact } = cpusByLength(line.length, line.maker.oemId);
  return numbered(guess, 0, exact ? null : `${guess}, a guess from the length of the MADT`);
}

/** The SRAT's ids first; then the next free ones, from 0 on where an id has no next one. */
function apicIds(listed: readonly number[], count: number): number[] {
  const ids = listed.slice(0, count);
  const used = new Set(ids);
  let next = ids.reduce((most, id) => Math.max(most, id + 1), 0);
  for (; ids.length < count; next++) {
    if (next > MAX_APIC_ID) next = 0;
    if (!used.has(next)) ids.push(next);
  }
  return ids;
}

/**
 * The APIC ids of the SRAT's lines, by CPU number. A MADT numbers CPUs by its own order, often the first thread of every core before
 * the second ones: each CPU gets the next id of the node on which it came up. In the SRAT's order where the log does not say, or
 * says what cannot be.
 */
function idsByNumber(srat: SratLines, cpuNodes: CpuNodes): readonly number[] {
  const nodeOf = new Map<number, Nid>();
  for (const { apicId, node } of srat.cpus) if (!nodeOf.has(apicId)) nodeOf.set(apicId, node);
  const listed = [...nodeOf.keys()];
  const waiting = new Map<Nid, number[]>();
  for (const [apicId, node] of nodeOf) {
    const ids = waiting.get(node);
    if (ids) ids.push(apicId);
    else waiting.set(node, [apicId]);
  }
  const first = listed[0];
  if (first === undefined || cpuNodes.size === 0) return listed;
  const nodeOfCpu = new Map([[0, nodeOf.get(first) ?? 0], ...cpuNodes]);
  const byNumber = new Map<number, number>();
  for (const cpu of [...nodeOfCpu.keys()].sort((a, b) => a - b)) {
    const next = waiting.get(nodeOfCpu.get(cpu) ?? 0)?.shift();
    if (next === undefined || cpu >= listed.length) return listed;
    byNumber.set(cpu, next);
  }
  // CPUs that did not come up
  const rest = [...waiting.values()].flat();
  return listed.map((_, cpu) => byNumber.get(cpu) ?? rest.shift() ?? 0);
}

/**
 * The SRAT's lines with the CPUs that they do not name, as since 6.12: on the nodes on which the log says that they came up. As they
 * are where the lines name CPUs, or no order of entries gives nodes the numbers that the log has.
 */
export function sratWithCpus(srat: SratLines, cpus: readonly CpuSpec[], cpuNodes: CpuNodes): SratLines {
  if (srat.cpus.length > 0 || srat.nodes.length === 0 || cpuNodes.size === 0) return srat;
  const nodeOfCpu = new Map([[0, bootCpuNode(cpuNodes)], ...cpuNodes]);
  // Linux numbers those that are enabled
  const enabled = cpus.filter((cpu) => cpu.enabled);
  const named = enabled.flatMap(({ apicId }, cpu) => {
    const node = nodeOfCpu.get(cpu);
    return node === undefined ? [] : [{ apicId, node }];
  });
  named.sort((a, b) => a.node - b.node);
  const pxmOfNode = withPxms(srat.pxmOfNode, [...new Set(named.map(({ node }) => node))]);
  const entries = named.map(({ apicId, node }): SratEntry => ({
    kind: 'cpu',
    pxm: pxmOfNode.get(node) ?? 0,
    apicId,
    x2apic: false,
  }));
  for (const order of [
    [...entries, ...srat.entries],
    [...srat.entries, ...entries],
  ]) {
    const pxms = [...new Set(order.map(({ pxm }) => pxm))];
    // Linux numbers nodes as their domains appear
    if ([...pxmOfNode].some(([node, pxm]) => pxms[node] !== pxm)) continue;
    const memoryOf = (pxm: number): NodeSpec['memory'] =>
      srat.nodes.find((node) => node.pxm === pxm)?.memory ?? [];
    const cpusOf = (pxm: number): number[] =>
      named.flatMap(({ node }, index) => (pxmOfNode.get(node) === pxm ? [index] : []));
    return {
      ...{ pxmOfNode, entries: order, cpus: named },
      nodes: pxms.map((pxm) => ({ pxm, cpus: cpusOf(pxm), memory: memoryOf(pxm) })),
    };
  }
  return srat;
}

/** Domains for nodes of which no memory line tells one: the node's own number where it is free, else the lowest that is. */
function withPxms(known: ReadonlyMap<Nid, number>, nodes: readonly Nid[]): Map<Nid, number> {
  const all = new Map(known);
  const used = new Set(known.values());
  for (const node of nodes) {
    if (all.has(node)) continue;
    let pxm = used.has(node) ? 0 : node;
    while (used.has(pxm) && pxm < MAX_NODES) pxm += 1;
    used.add(pxm);
    all.set(node, pxm);
  }
  return all;
}

/** The nodes of the SRAT's lines, with those of their CPUs that the MADT lists. */
export function nodesOf(srat: SratLines, cpus: readonly CpuSpec[]): readonly NodeSpec[] {
  const indexOf = new Map(cpus.map(({ apicId }, index) => [apicId, index]));
  /** Each once: a CPU that is listed twice belongs to its first node. */
  const take = (apicId: number): number[] => {
    const index = indexOf.get(apicId);
    return index !== undefined && indexOf.delete(apicId) ? [index] : [];
  };
  return srat.nodes.map((node) => ({
    ...node,
    cpus: node.cpus.flatMap((index) => take(srat.cpus[index]?.apicId ?? -1)),
  }));
}
