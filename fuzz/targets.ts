// The targets there are. Another one is a module in targets/ here or, for campaigns too, in src/fuzz/targets/, and a line here (docs/fuzz.md).
import type { TargetEntry } from '../src/fuzz/target.ts';
import { SHARED_TARGETS } from '../src/fuzz/targets.ts';

function entry(name: string, about: string): TargetEntry {
  return {
    name,
    about,
    module: new URL(`${SHARED_TARGETS.has(name) ? '../src/fuzz' : '.'}/targets/${name}.ts`, import.meta.url),
    corpus: new URL(`./corpus/${name}/`, import.meta.url),
  };
}

export const TARGETS: readonly TargetEntry[] = [
  entry('description', 'machine descriptions, YAML and JSON: read, built, booted, read back'),
  entry(
    'log',
    'kernel logs: imported, written as a description, booted; profiles and measurements out of them',
  ),
  entry('acpi', 'firmware tables in memory: found by the guest, read by the model'),
  entry('cmdline', 'kernel command lines on three small machines'),
  entry('record', 'run records: reports, explanations, differences, traces'),
  entry('link', 'links of the page: unpacked, read, booted'),
  entry('image', 'kernel images: unpacked, read, written as a kernel file'),
];
