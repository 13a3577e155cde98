// Simpler descriptions than one that is given, and the search for the simplest that still has some property.
import { labOf, leavingOut, simplest } from '../../lib/reduce.ts';
import { MiB } from '../../lib/units.ts';
import type { MachineDescription, MapEntryDescription } from '../spec/description.ts';
import { parseSizeNumber } from '../spec/size.ts';

/** Descriptions with one thing less, the largest steps first. They need not be valid. */
export function* simpler(d: MachineDescription): Generator<MachineDescription> {
  yield* fewerWords(d);
  if (d.nodes !== undefined) yield omit(d, 'nodes', 'distances');
  if (d.distances !== undefined) yield omit(d, 'distances');
  yield* fewerCpus(d);
  for (const key of [
    'acpi',
    'efi',
    'mpTable',
    'dmi',
    'initrd',
    'cpu',
    'timing',
    'kernel',
    'synthetic',
  ] as const)
    if (d[key] !== undefined) yield omit(d, key);
  yield* withoutTables(d);
  yield* fewerNodes(d);
  yield* fewerEntries(d);
  yield* rounderEntries(d);
}

function omit(d: MachineDescription, ...keys: readonly (keyof MachineDescription)[]): MachineDescription {
  const copy: Partial<Record<keyof MachineDescription, unknown>> = { ...d };
  for (const key of keys) delete copy[key];
  return { ...(copy as Partial<MachineDescription>), name: d.name, map: d.map };
}

function* fewerWords(d: MachineDescription): Generator<MachineDescription> {
  const words = (d.cmdline ?? '').split(' ').filter((word) => word !== '');
  if (words.length > 0) yield { ...d, cmdline: '' };
  if (words.length > 1)
    for (const i of words.keys()) yield { ...d, cmdline: words.filter((_, j) => j !== i).join(' ') };
}

/** No ACPI, and no room for it. */
function* withoutTables(d: MachineDescription): Generator<MachineDescription> {
  const map = d.map.filter(({ type }) => type !== 'ACPI data');
  if (d.acpi !== false && map.length > 0 && map.length < d.map.length) yield { ...d, acpi: false, map };
}

/** One CPU, on the first node that has any. */
function* fewerCpus(d: MachineDescription): Generator<MachineDescription> {
  if (d.cpus === 1 || d.cpus === undefined) return;
  const holder = Math.max(
    0,
    (d.nodes ?? []).findIndex((node) => node.cpus !== undefined),
  );
  const nodes = d.nodes?.map((node, i) => ({ memory: node.memory, ...(i === holder && { cpus: '0' }) }));
  yield { ...d, cpus: 1, ...(nodes && { nodes }) };
}

/** A node less, its memory with it. */
function* fewerNodes(d: MachineDescription): Generator<MachineDescription> {
  const nodes = d.nodes ?? [];
  if (nodes.length < 2) return;
  for (const i of nodes.keys()) yield omit({ ...d, nodes: nodes.filter((_, j) => j !== i) }, 'distances');
}

/** Half of the map less, a quarter, …, an entry. */
function* fewerEntries(d: MachineDescription): Generator<MachineDescription> {
  for (const map of leavingOut(d.map)) yield { ...d, map };
}

/** An entry that starts and ends on whole MiB. */
function* rounderEntries(d: MachineDescription): Generator<MachineDescription> {
  for (const [i, entry] of d.map.entries()) {
    const rounder = rounded(entry);
    if (rounder !== null) yield { ...d, map: d.map.map((e, j) => (j === i ? rounder : e)) };
  }
}

function rounded(entry: MapEntryDescription): MapEntryDescription | null {
  const start = parseSizeNumber(entry.start);
  const size = sizeOf(entry, start);
  if (start === null || size === null || start < MiB) return null;
  const at = Math.round(start / MiB) * MiB;
  const bytes = Math.max(1, Math.round(size / MiB)) * MiB;
  return at === start && bytes === size
    ? null
    : { start: `0x${at.toString(16)}`, size: `0x${bytes.toString(16)}`, type: entry.type };
}

function sizeOf(entry: MapEntryDescription, start: number | null): number | null {
  if (entry.size !== undefined) return parseSizeNumber(entry.size);
  const end = entry.end === undefined ? null : parseSizeNumber(entry.end);
  return end === null || start === null || end < start ? null : end - start + 1;
}

/**
 * The simplest description found on the way from `description` on which `holds` is still true, after at most `tries` questions.
 * `holds` says no to descriptions that are not valid.
 */
export function shrink(
  description: MachineDescription,
  holds: (candidate: MachineDescription) => Promise<boolean>,
  tries: number,
): Promise<MachineDescription> {
  return simplest(description, simpler, labOf(tries, holds));
}
