// The smallest case of each fault, as a file.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetEntry } from '../../src/fuzz/target.ts';
import type { Limits } from './child.ts';
import type { Group } from './groups.ts';
import { reduce, type Reduced } from './reduce.ts';

export interface SaveOptions {
  readonly folder: string;
  readonly limits: Limits;
  /** Whether cases are made smaller. */
  readonly reduced: boolean;
  readonly onGroup?: (index: number) => void;
  /** Called for each fault as soon as its file is written. */
  readonly onSaved?: (group: SavedGroup) => void;
}

/** A fault with its file. */
export interface SavedGroup extends Group {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Failed again alone in a fresh child; null where that was not tried. */
  readonly repeats: boolean | null;
}

const HASH_DIGITS = 8;

/** The first of the group's cases that repeats alone, made smaller; the smallest as it is where none does. */
async function reduced(
  entry: TargetEntry,
  { smallest, key }: Group,
  limits: Limits,
): Promise<Reduced | null> {
  let first: Reduced | null = null;
  for (const one of smallest) {
    const small = await reduce(entry, one, key, limits);
    if (small.repeats) return small;
    first ??= small;
  }
  return first;
}

/** Writes TARGET-HASH.case for each group. */
export async function saveGroups(
  entry: TargetEntry,
  groups: readonly Group[],
  options: SaveOptions,
): Promise<SavedGroup[]> {
  const saved: SavedGroup[] = [];
  for (const [i, group] of groups.entries()) {
    options.onGroup?.(i);
    const small = options.reduced ? await reduced(entry, group, options.limits) : null;
    const bytes = small?.bytes ?? group.smallest[0]?.bytes ?? new Uint8Array();
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, HASH_DIGITS);
    const file = join(options.folder, `${entry.name}-${hash}.case`);
    writeFileSync(file, bytes);
    const written = { ...group, file, bytes, repeats: small?.repeats ?? null };
    saved.push(written);
    options.onSaved?.(written);
  }
  return saved;
}
