// Random nodes for the SRAT: uneven, without CPUs or without memory, in any order, with any distances.
import { GiB, MiB } from '../../lib/units.ts';
import type { MachineDescription, NodeDescription } from '../spec/description.ts';
import type { Dice } from '../../lib/dice.ts';

type Nodes = Pick<MachineDescription, 'nodes' | 'distances'>;

/** Two to four nodes that hold all memory below `end` and the CPUs 0 to `cpus` - 1; sometimes none. */
export function randomNodes(dice: Dice, cpus: number, end: number): Nodes {
  const count = dice.pick([0, 0, 2, 2, 2, 3, 4]);
  if (count === 0) return {};
  const cuts = dice.cuts(count - 1, 128 * MiB, end, dice.chance(0.7) ? 128 * MiB : 2 * MiB);
  const starts = [0, ...cuts];
  const owned: number[][] = starts.map(() => []);
  for (let cpu = 0; cpu < cpus; cpu++) owned[dice.between(0, starts.length - 1)]?.push(cpu);
  const nodes = starts.map((start, i) =>
    node(owned[i] ?? [], start, starts[i + 1] ?? Math.max(16 * GiB, end)),
  );
  const ordered = dice.chance(0.3) ? dice.shuffled(nodes) : nodes;
  return {
    nodes: ordered,
    ...(dice.chance(0.5) && { distances: distances(dice, ordered.length) }),
  };
}

function node(cpus: readonly number[], start: number, end: number): NodeDescription {
  return {
    ...(cpus.length > 0 && { cpus: cpus.join(',') }),
    memory: [{ start: `0x${start.toString(16)}`, size: `0x${(end - start).toString(16)}` }],
  };
}

/** 10 to itself, more to others (ACPI 6.5, 5.2.17); what Linux takes needs not be symmetric. */
function distances(dice: Dice, count: number): number[][] {
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: count }, (_, j) => (i === j ? 10 : dice.between(11, 60))),
  );
}
