// An item with a machine made smaller: first what is beside the machine, then the machine itself, part by part.
import { simplest, withoutRuns, type Lab } from '../../lib/reduce.ts';
import type { Tree } from '../../lib/tree.ts';
import { simpler } from '../../machine/random/simpler.ts';
import type { MachineDescription } from '../../machine/spec/description.ts';
import { toDescription } from '../../machine/spec/to-description.ts';
import type { ItemValues } from '../campaign.ts';
import type { Place } from './kind.ts';
import { machineOf } from './machines.ts';

/** The item with its machine as a description, whose parts can then be left out. */
async function spelledOut(values: ItemValues, place: Place): Promise<ItemValues> {
  const { map: _map, nodes: _nodes, acpi: _acpi, ...rest } = values;
  const { about: _about, cmdline, ...description } = toDescription(await machineOf(values, place));
  const line = rest['cmdline'] ?? cmdline;
  return {
    ...rest,
    machine: JSON.parse(JSON.stringify({ ...description, name: 'small' })) as Tree,
    ...(line !== undefined && { cmdline: line }),
  };
}

/** @throws what `place` cannot give: the item has run there before */
export async function smallerMachine(
  values: ItemValues,
  place: Place,
  lab: Lab<ItemValues>,
): Promise<ItemValues> {
  const spelled = await spelledOut(values, place);
  // firmware that ran on the whole machine may have left what the description does not
  const start = (await lab.fails(spelled)) ? spelled : values;
  const kept = await withoutDimensions(start, lab);
  const short = await withFewerWords(kept, lab);
  const { machine = null } = short;
  if (typeof machine !== 'object' || machine === null) return short;
  const small = await simplest(machine as { [key: string]: Tree } & MachineDescription, simpler, {
    fails: (candidate) => lab.fails({ ...short, machine: JSON.parse(JSON.stringify(candidate)) as Tree }),
    spent: lab.spent,
  });
  return { ...short, machine: withoutDefaults(small) };
}

/** One CPU is what a description has that says nothing of CPUs. */
function withoutDefaults(description: MachineDescription): Tree {
  const { cpus, ...rest } = description;
  return JSON.parse(JSON.stringify(cpus === 1 ? rest : description)) as Tree;
}

/** Dimensions that need not be there. */
async function withoutDimensions(values: ItemValues, lab: Lab<ItemValues>): Promise<ItemValues> {
  let left = values;
  for (const name of Object.keys(values)) {
    if (name === 'machine' || name === 'image' || lab.spent()) continue;
    const { [name]: _dropped, ...without } = left;
    if (await lab.fails(without)) left = without;
  }
  return left;
}

async function withFewerWords(values: ItemValues, lab: Lab<ItemValues>): Promise<ItemValues> {
  const { cmdline } = values;
  if (typeof cmdline !== 'string') return values;
  const words = await withoutRuns(cmdline.split(' '), {
    fails: (left) => lab.fails({ ...values, cmdline: left.join(' ') }),
    spent: lab.spent,
  });
  return { ...values, cmdline: words.join(' ') };
}
