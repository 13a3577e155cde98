// The smallest case of each fault, as a file.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetEntry } from '../target.ts';
import type { Limits } from './child.ts';
import type { Group } from './groups.ts';
import { reduce } from './reduce.ts';

export interface SaveOptions {
  readonly folder: string;
  readonly limits: Limits;
  /** Whether cases are made smaller. */
  readonly reduced: boolean;
  readonly onGroup?: (index: number) => void;
}

/** A fault with its file. */
export interface SavedGroup extends Group {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Failed again alone in a fresh child; null where that was not tried. */
  readonly repeats: boolean | null;
}

const HASH_DIGITS = 8;

/** Writes TARGET-HASH.case for each group. */
export async function saveGroups(
  entry: TargetEntry,
  groups: readonly Group[],
  options: SaveOptions,
): Promise<SavedGroup[]> {
  const saved: SavedGroup[] = [];
  for (const [i, group] of groups.entries()) {
    options.onGroup?.(i);
    const { smallest, key } = group;
    const small = options.reduced ? await reduce(entry, smallest, key, options.limits) : null;
    const bytes = small?.bytes ?? smallest.bytes;
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, HASH_DIGITS);
    const file = join(options.folder, `${entry.name}-${hash}.case`);
    writeFileSync(file, bytes);
    saved.push({ ...group, file, bytes, repeats: small?.repeats ?? null });
  }
  return saved;
}
