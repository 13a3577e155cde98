// How large an input may be, by its kind.
import { InputError } from '../../lib/input-error.ts';
import { MiB } from '../../lib/units.ts';

/** What a file may hold at most, in bytes. */
export const INPUT_LIMITS = {
  log: 256 * MiB,
  description: 16 * MiB,
  /** One ACPI table, or an MP table. */
  table: 16 * MiB,
  bios: 16 * MiB,
  kernelImage: 256 * MiB,
  kernelProfile: 16 * MiB,
  /** 4.6 MiB for monster-64t with its 2048 CPUs. */
  record: 256 * MiB,
  /** /proc/cpuinfo has some 1.5 KiB for each of at most 8192 CPUs. */
  cpuinfo: 64 * MiB,
  iomem: 16 * MiB,
  hook: 16 * MiB,
} as const satisfies Readonly<Record<string, number>>;
export type InputKind = keyof typeof INPUT_LIMITS;

const WORDS: Readonly<Record<InputKind, string>> = {
  log: 'a kernel log',
  description: 'a machine description',
  table: 'a firmware table',
  bios: 'a BIOS image',
  kernelImage: 'a kernel image',
  kernelProfile: 'a kernel profile',
  record: 'a run record',
  cpuinfo: 'a copy of /proc/cpuinfo',
  iomem: 'a copy of /proc/iomem',
  hook: 'a module with a hook',
};

/** `found` says how large `name` is. */
export function tooLarge(name: string, kind: InputKind, found: string): InputError {
  return new InputError(
    'file',
    `${name}: ${found}: expected ${WORDS[kind]} of at most ${INPUT_LIMITS[kind] / MiB} MiB`,
  );
}
