// Which case a seed and a number stand for: parent and child make the same one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Dice } from '../src/lib/dice.ts';
import type { Case, CreateTarget, Target, TargetEntry } from '../src/fuzz/target.ts';

/** A target ready to make and run cases. */
export interface LoadedTarget {
  readonly target: Target;
  /** Run first, as they are. */
  readonly corpus: readonly Uint8Array[];
}

/** A file of a corpus; its extension says how it must end. */
export interface CorpusFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The files of a corpus sorted by name; none where the folder is missing. */
export function corpusFiles(folder: URL): CorpusFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => ({
      name,
      bytes: new Uint8Array(readFileSync(new URL(encodeURIComponent(name), folder))),
    }));
}

/** The target of `entry` with its corpus. */
export async function loadTarget({
  module,
  corpus: folder,
}: Pick<TargetEntry, 'module' | 'corpus'>): Promise<LoadedTarget> {
  const corpus = corpusFiles(folder).map((file) => file.bytes);
  const { create } = (await import(module.href)) as { readonly create: CreateTarget };
  return { target: await create(corpus), corpus };
}

/** Case number `index` of `seed`: the corpus first, then what the target makes. */
export function caseOf({ target, corpus }: LoadedTarget, seed: number, index: number): Case {
  const kept = corpus[index];
  if (kept) return { bytes: kept, deep: true };
  return { bytes: target.generate(new Dice(seed, index)), deep: index % target.deepEvery === 0 };
}
