// What a fuzz target is, and how a case ends.
import type { Dice } from '../lib/dice.ts';

/** One kind of input: makes cases and runs them. Both are repeatable; nothing of a case stays behind for the next one. */
export interface Target {
  /** Of so many cases one is run deep; cases of the corpus and single cases always are. */
  readonly deepEvery: number;
  /** A case; everything that is random comes out of `dice`. */
  generate(dice: Dice): Uint8Array;
  /** Runs a case and throws what the code under test throws, or Wrong. `deep` asks for what is slow, too. */
  run(bytes: Uint8Array, deep: boolean): Promise<void>;
  /** Where a case packs its content: how to get at it, null where it is damaged, and how to pack it again. */
  readonly packing?: Packing;
}

/** A wrapping around what a case is about: cases are made smaller inside of it. */
export interface Packing {
  open(bytes: Uint8Array): Uint8Array | null;
  close(content: Uint8Array): Uint8Array;
}

/** What the module of a target exports under the name `create`; `corpus` are the files of its folder, sorted by name. */
export type CreateTarget = (corpus: readonly Uint8Array[]) => Promise<Target>;

/** A target by name, with what its module is loaded from: a child process does that, too. */
export interface TargetEntry {
  readonly name: string;
  /** One line for the list of targets. */
  readonly about: string;
  readonly module: URL;
  /** Folder of small files to start from; it may be missing. */
  readonly corpus: URL;
}

/** A target's own check failed: two ways to the same thing differ, or a result contradicts itself. */
export class Wrong extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Wrong';
  }
}

/** How a case may fail. */
export type FaultKind =
  | 'error' // an untyped error came out
  | 'bug' // the model contradicted itself
  | 'wrong' // a check of the target failed
  | 'vague' // a typed error whose message helps nobody
  | 'hang' // the deadline passed
  | 'memory' // more memory than a case may take
  | 'crash'; // the process ended

/** A case that failed. `stack` holds a line a frame, innermost first: `function (src/file.ts:line)`. */
export interface Fault {
  readonly kind: FaultKind;
  readonly message: string;
  readonly stack: readonly string[];
}

/** How a case ended well: all of it ran, the input was refused, or the modelled kernel panicked and said so. */
export type GoodEnd = 'fine' | 'refused' | 'panic';

export type Verdict =
  | { readonly end: GoodEnd; readonly message: string; readonly ms: number }
  | { readonly end: 'failed'; readonly fault: Fault; readonly ms: number };

/** A case in full. */
export interface Case {
  readonly bytes: Uint8Array;
  readonly deep: boolean;
}
