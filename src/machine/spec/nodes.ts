// Nodes of a description.
import type { NodeSpec } from '../spec.ts';
import type { MachineDescription, NodeDescription } from './description.ts';
import { MAX_NODE_RANGES } from './limits.ts';
import { DescriptionError, wideRange, type Contradiction, type Path } from './values.ts';

/** What the model's numbers hold; no x86 CPU addresses more than 2^52. */
const MAX_NODE_END = BigInt(Number.MAX_SAFE_INTEGER);

/** @throws DescriptionError */
export function nodeOf(node: NodeDescription, position: number, cpuCount: number): NodeSpec {
  const path = ['nodes', position] as const;
  const cpus = cpuList(String(node.cpus ?? ''), cpuCount, [...path, 'cpus']);
  const memory = (node.memory ?? []).map((range, i) => {
    const at = [...path, 'memory', i];
    const { start, size } = wideRange(range, at);
    if (start + size > MAX_NODE_END) throw new DescriptionError(at, 'expected memory that ends below 2^53');
    return {
      start: Number(start),
      size: Number(size),
      hotplug: range.hotplug ?? false,
      nonvolatile: range.nonvolatile ?? false,
    };
  });
  return { pxm: node.pxm ?? position, cpus, memory };
}

/** `0-3,8` as numbers below `count`. */
function cpuList(text: string, count: number, path: Path): number[] {
  const cpus: number[] = [];
  for (const part of text.split(',').filter((p) => p !== '')) {
    const [first = 0, last = first] = part.split('-').map(Number);
    if (last >= count || first > last)
      throw new DescriptionError(path, `${JSON.stringify(text)}: expected CPUs 0 to ${count - 1}`);
    for (let cpu = first; cpu <= last; cpu++) cpus.push(cpu);
  }
  return cpus;
}

/** What contradicts itself goes to `contradiction`. */
export function checkNodes(
  nodes: readonly NodeSpec[],
  distances: MachineDescription['distances'],
  contradiction: Contradiction,
): void {
  const owner = new Map<number, number>();
  const domains = new Set<number>();
  nodes.forEach((node, i) => {
    if (domains.has(node.pxm))
      contradiction(new DescriptionError(['nodes', i, 'pxm'], `${node.pxm}: another node has it`));
    domains.add(node.pxm);
    for (const cpu of node.cpus) {
      const other = owner.get(cpu);
      if (other !== undefined)
        contradiction(
          new DescriptionError(['nodes', i, 'cpus'], `CPU ${cpu} belongs to node ${other} as well`),
        );
      owner.set(cpu, i);
    }
  });
  if (distances === undefined) return;
  const square = distances.length === nodes.length && distances.every((row) => row.length === nodes.length);
  if (!square)
    contradiction(
      new DescriptionError(['distances'], `expected ${nodes.length} rows of ${nodes.length} distances`),
    );
}

/** @throws DescriptionError for more ranges than any kernel takes */
export function checkRanges(nodes: readonly NodeSpec[]): void {
  const ranges = nodes.reduce((sum, node) => sum + node.memory.length, 0);
  if (ranges > MAX_NODE_RANGES)
    throw new DescriptionError(
      ['nodes'],
      `${ranges} memory ranges: expected at most ${MAX_NODE_RANGES}: Linux takes 2048`,
    );
}
