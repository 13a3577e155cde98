// What dice can make for a dimension.
import type { Dice } from '../lib/dice.ts';
import { GiB } from '../lib/units.ts';
import type { Tree } from '../lib/tree.ts';
import { machineTree } from '../fuzz/make/machine.ts';
import { randomCommandLine } from '../machine/random/command-line.ts';
import { randomMachine } from '../machine/random/machine.ts';
import { randomMap } from '../machine/random/map.ts';
import { randomNodes } from '../machine/random/nodes.ts';

export interface Generator {
  readonly about: string;
  /** `seed` is that of the campaign, plus how often the dice were thrown before. */
  readonly make: (dice: Dice, seed: number) => Tree;
}

/** As plain data: what is left out is not there. */
function plain(value: object): Tree {
  return JSON.parse(JSON.stringify(value)) as Tree;
}

const NODES_END = 8 * GiB;
const MOST_CPUS = 6;
const SEEDS = 2 ** 31;

export const GENERATORS: ReadonlyMap<string, Generator> = new Map<string, Generator>([
  [
    'machines',
    {
      about: 'machines that QEMU can be: map, CPUs, nodes, tables, command line',
      make: (_dice, seed) => plain(randomMachine(seed)),
    },
  ],
  [
    'odd-machines',
    {
      about: 'descriptions with overlaps, strange tables and values: some are refused',
      make: (dice) => machineTree(dice),
    },
  ],
  [
    'maps',
    {
      about: 'firmware maps with cuts, gaps and overlaps in which a kernel finds room',
      make: (dice) => plain(randomMap(dice).map),
    },
  ],
  [
    'nodes',
    {
      about: 'CPUs and nodes for 8 GiB: uneven, without CPUs or memory, any distances',
      make: (dice) => {
        const sockets = dice.between(1, MOST_CPUS);
        return plain({ cpus: { sockets, hotplug: 0 }, ...randomNodes(dice, sockets, NODES_END) });
      },
    },
  ],
  [
    'acpi',
    {
      about: 'which tables the firmware has: none, some',
      make: (dice) =>
        dice.oneIn(6)
          ? false
          : {
              hpet: dice.oneIn(2),
              waet: dice.oneIn(2),
              srat: !dice.oneIn(3),
              ...(dice.oneIn(2) && { mcfg: false }),
            },
    },
  ],
  [
    'command-lines',
    {
      about: 'kernel parameters that change early memory',
      make: (dice) => randomCommandLine(dice),
    },
  ],
  ['seeds', { about: 'whole numbers', make: (dice) => dice.below(SEEDS) }],
]);
