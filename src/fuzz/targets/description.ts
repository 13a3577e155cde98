// Machine descriptions in YAML and JSON. A description that is taken is built; deep cases boot it, look at what the guest
// found, and write it out and read it again.
import { INPUT_LIMITS, tooLarge } from '../../machine/import/input-limits.ts';
import { loadDescription } from '../../machine/spec/load.ts';
import { toBoardConfig } from '../../machine/spec/to-board.ts';
import { toDescription } from '../../machine/spec/to-description.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import { toYaml } from '../../machine/spec/yaml.ts';
import { InputError } from '../../lib/input-error.ts';
import { boot, found } from '../boot.ts';
import { checkHandoff } from '../handoff.ts';
import { mutateBytes } from '../make/bytes.ts';
import type { Dice } from '../../lib/dice.ts';
import { machineTree } from '../make/machine.ts';
import type { Tree } from '../../lib/tree.ts';
import { mutateTree, treeText, yamlText } from '../make/tree.ts';
import { yamlTricks } from '../make/yaml.ts';
import { Wrong, type CreateTarget } from '../target.ts';

const PATH = 'case.yaml';
const DEEP_EVERY = 20;

export const create: CreateTarget = async (corpus) => ({
  deepEvery: DEEP_EVERY,
  generate: (dice) => {
    const text =
      corpus.length > 0 && dice.oneIn(10)
        ? dice.pick(corpus)
        : new TextEncoder().encode(short(describe(dice)));
    return dice.oneIn(6) ? mutateBytes(text, dice) : text;
  },
  run: async (bytes, deep) => {
    // as the reader of files does, before it makes a text of them
    if (bytes.length > INPUT_LIMITS.description) throw tooLarge(PATH, 'description', `${bytes.length} bytes`);
    const spec = await read(new TextDecoder().decode(bytes));
    toBoardConfig(spec);
    if (!deep) return;
    await readBack(spec);
    checkHandoff(spec, await found(spec), spec.cmdline);
    await boot(spec);
  },
});

/** The only files are those that a case can name without there being any. */
function read(text: string): Promise<MachineSpec> {
  return loadDescription(text, PATH, (name) =>
    Promise.reject(new InputError('file', `${name.slice(0, 100)}: no such file or folder`)),
  );
}

/** @throws Wrong where the machine, written out and read again, is another one */
async function readBack(spec: MachineSpec): Promise<void> {
  const text = toYaml(toDescription(spec));
  const again = await read(text).catch((error: unknown) => {
    throw new Wrong(
      `written out, it is not read again: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const [before, after] = [comparable(spec), comparable(again)];
  for (const [key, value] of Object.entries(before))
    if (value !== after[key])
      throw new Wrong(`written out and read again, ${key} is ${after[key]} instead of ${value}`);
}

/** What must survive; the cores behind the CPU list are spelled out when written, and distances go with raw tables. */
function comparable(spec: MachineSpec): Record<string, string> {
  const { map, cpus, nodes, cmdline, initrd, cpu, efi, dmi, kernel, name } = spec;
  const kept = {
    map,
    cpus,
    nodes: spec.acpi?.kind === 'raw' ? [] : nodes,
    cmdline,
    initrd,
    cpu,
    efi,
    dmi,
    kernel,
    name,
  };
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item)) ?? '';
  return Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, text(value)]));
}

/** A long list of long texts: no more of it than shows that it is refused. */
function short(text: string): string {
  return text.slice(0, INPUT_LIMITS.description + 1);
}

function describe(dice: Dice): string {
  const whole = machineTree(dice);
  const tree: Tree = dice.oneIn(4) ? whole : mutateTree(whole, dice);
  if (dice.oneIn(2) || typeof tree !== 'object' || tree === null) return treeText(tree, dice.pick([0, 1]));
  const text = yamlText(tree);
  return dice.oneIn(4) ? yamlTricks(text, dice) : text;
}
