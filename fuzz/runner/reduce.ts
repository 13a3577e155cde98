// Makes a failing case smaller as long as it fails in the same way: delta debugging over parts of JSON, lines, words and bytes.
import { concatBytes } from '../../src/lib/bytes.ts';
import { reduceTree, withoutRuns } from '../../src/lib/reduce.ts';
import { loadTarget } from '../cases.ts';
import type { Tree } from '../../src/lib/tree.ts';
import type { Case, Fault, TargetEntry, Verdict } from '../../src/fuzz/target.ts';
import { Child, type Limits } from './child.ts';
import { bytesOf, linesOf, wordsOf } from '../../src/fuzz/parts.ts';
import { keyOf } from '../../src/fuzz/cause.ts';

/** Trials a case may cost; those that end the child cost a deadline each. */
const MOST_TRIALS = 500;
const MOST_DEATHS = 6;

export interface Reduced {
  readonly bytes: Uint8Array;
  /** The case, run alone in a fresh child, failed in the same way. Where it did not, its bytes are the old ones. */
  readonly repeats: boolean;
  readonly trials: number;
}

/** `one` smaller, failing with the same key. */
export async function reduce(entry: TargetEntry, one: Case, key: string, limits: Limits): Promise<Reduced> {
  const { packing } = (await loadTarget(entry)).target;
  const content = packing?.open(one.bytes) ?? null;
  const close = packing && content !== null ? (bytes: Uint8Array) => packing.close(bytes) : null;
  const lab = new Lab(entry, key, one.deep, limits, close);
  try {
    if (!(await lab.failsAsItIs(one.bytes))) return { bytes: one.bytes, repeats: false, trials: lab.trials };
    const start = content ?? one.bytes;
    if (close && !(await lab.fails(start))) return { bytes: one.bytes, repeats: true, trials: lab.trials };
    let bytes = await reduceJson(start, lab);
    for (const split of [linesOf, wordsOf, bytesOf]) bytes = await reduceParts(bytes, split, lab);
    return { bytes: close ? close(bytes) : bytes, repeats: true, trials: lab.trials };
  } finally {
    lab.close();
  }
}

/** Runs one case alone. */
export async function runOne(entry: TargetEntry, one: Case, limits: Limits): Promise<Verdict> {
  const child = await Child.start(entry, limits);
  try {
    const { verdicts } = await child.run({
      base64: Buffer.from(one.bytes).toString('base64'),
      deep: one.deep,
    });
    const [verdict] = verdicts;
    if (!verdict) throw new Error(`${entry.name}: the child answered without a verdict`);
    return verdict;
  } finally {
    child.close();
  }
}

/** Tries cases on a child, within the budget. */
class Lab {
  readonly #entry: TargetEntry;
  readonly #key: string;
  readonly #deep: boolean;
  readonly #limits: Limits;
  readonly #pack: ((content: Uint8Array) => Uint8Array) | null;
  #child: Child | null = null;
  #deaths = 0;
  trials = 0;

  constructor(
    entry: TargetEntry,
    key: string,
    deep: boolean,
    limits: Limits,
    close: ((content: Uint8Array) => Uint8Array) | null,
  ) {
    this.#entry = entry;
    this.#key = key;
    this.#deep = deep;
    this.#limits = limits;
    this.#pack = close;
  }

  spent(): boolean {
    return this.trials >= MOST_TRIALS || this.#deaths >= MOST_DEATHS;
  }

  /** Whether a content fails in the same way. */
  fails(content: Uint8Array): Promise<boolean> {
    return this.failsAsItIs(this.#pack?.(content) ?? content);
  }

  async failsAsItIs(bytes: Uint8Array): Promise<boolean> {
    if (this.spent()) return false;
    this.trials++;
    this.#child ??= await Child.start(this.#entry, this.#limits);
    const command = { base64: Buffer.from(bytes).toString('base64'), deep: this.#deep };
    const { verdicts, died } = await this.#child.run(command);
    if (died) {
      this.#child = null;
      this.#deaths++;
    }
    const last = verdicts.at(-1);
    return last?.end === 'failed' && sameFault(last.fault, this.#key);
  }

  close(): void {
    this.#child?.close();
  }
}

/** A loop is met at another place each time: that a case hangs is enough. */
function sameFault(fault: Fault, key: string): boolean {
  return keyOf(fault) === key || /^(hang|memory) in /.exec(key)?.[1] === fault.kind;
}

/** Leaves out parts as long as the case fails. */
async function reduceParts(
  bytes: Uint8Array,
  split: (bytes: Uint8Array) => Uint8Array[],
  lab: Lab,
): Promise<Uint8Array> {
  const fails = (parts: Uint8Array[]): Promise<boolean> => lab.fails(concatBytes(parts));
  return concatBytes(await withoutRuns(split(bytes), { fails, spent: () => lab.spent() }));
}

/** Keys and items left out, from the outside in; other cases than JSON stay as they are. */
async function reduceJson(bytes: Uint8Array, lab: Lab): Promise<Uint8Array> {
  let tree: Tree;
  try {
    tree = JSON.parse(new TextDecoder().decode(bytes)) as Tree;
  } catch {
    return bytes; // no JSON: lines, words and bytes do it
  }
  const encode = (value: Tree): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const fails = (value: Tree): Promise<boolean> => lab.fails(encode(value));
  if (!(await fails(tree))) return bytes;
  return encode(await reduceTree(tree, { fails, spent: () => lab.spent() }));
}
