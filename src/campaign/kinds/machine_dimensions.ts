// The dimensions of kinds that have a machine: what a campaign file may say of one. Nothing of the model is loaded for that.
import type { Tree } from '../../lib/tree.ts';
import { BUILTIN_NAMES } from '../../machine/builtin/list.ts';
import type { Dimension } from './kind.ts';

/** Dimensions of kinds that have a machine. */
export const MACHINE_DIMENSIONS: readonly (readonly [string, Dimension])[] = [
  [
    'machine',
    {
      about: 'built-in name, path of a description, log or folder, or a description itself',
      required: true,
      all: () => Promise.resolve(BUILTIN_NAMES),
      wrong: (value) =>
        typeof value === 'string' || isMapping(value) ? null : 'expected a name, a path or a description',
    },
  ],
  [
    'map',
    {
      about: "firmware map instead of the machine's, as a list of entries",
      wrong: (value) => (Array.isArray(value) ? null : 'expected a list of map entries'),
    },
  ],
  [
    'nodes',
    {
      about: "cpus, nodes and distances instead of the machine's",
      wrong: (value) => (isMapping(value) ? null : 'expected cpus, nodes and distances'),
    },
  ],
  [
    'acpi',
    {
      about: "acpi instead of the machine's",
      wrong: (value) =>
        isMapping(value) || value === false ? null : 'expected acpi as a description has it',
    },
  ],
];

/** Whether it has names and values. */
export function isMapping(value: Tree): value is { [key: string]: Tree } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
