// Makes a failing case smaller as long as it fails in the same way: delta debugging over parts of JSON, lines, words and bytes.
import { concatBytes } from '../../src/lib/bytes.ts';
import { loadTarget } from '../cases.ts';
import type { Tree } from '../../src/fuzz/make/tree.ts';
import type { Case, Fault, TargetEntry, Verdict } from '../../src/fuzz/target.ts';
import { Child, type Limits } from './child.ts';
import { keyOf } from '../../src/fuzz/cause.ts';

/** Trials a case may cost; those that end the child cost a deadline each. */
const MOST_TRIALS = 500;
const MOST_DEATHS = 6;
/** Words and bytes of larger cases are too many. */
const LARGEST_FOR_WORDS = 40_000;

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
    let bytes = await reduceTree(start, lab);
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

/** Leaves out parts, halves of them first, then smaller and smaller runs, as long as the case fails. */
async function reduceParts(
  bytes: Uint8Array,
  split: (bytes: Uint8Array) => Uint8Array[],
  lab: Lab,
): Promise<Uint8Array> {
  let parts = split(bytes);
  for (
    let run = Math.ceil(parts.length / 2);
    run >= 1 && !lab.spent();
    run = run === 1 ? 0 : Math.ceil(run / 2)
  ) {
    for (let at = 0; at < parts.length && parts.length > 1 && !lab.spent();) {
      const without = [...parts.slice(0, at), ...parts.slice(at + run)];
      if (without.length > 0 && (await lab.fails(concatBytes(without)))) parts = without;
      else at += run;
    }
  }
  return concatBytes(parts);
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  return cutWhere(bytes, (byte) => byte === 0x0a);
}

/** At blanks and what stands between values. */
function wordsOf(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length > LARGEST_FOR_WORDS) return [bytes];
  return cutWhere(bytes, (byte) => ' \n,;=:&'.includes(String.fromCharCode(byte)));
}

function bytesOf(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length > LARGEST_FOR_WORDS) return [bytes];
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

function cutWhere(bytes: Uint8Array, ends: (byte: number) => boolean): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  bytes.forEach((byte, at) => {
    if (!ends(byte)) return;
    parts.push(bytes.subarray(start, at + 1));
    start = at + 1;
  });
  if (start < bytes.length) parts.push(bytes.subarray(start));
  return parts;
}

/** Keys and items left out, from the outside in; other cases than JSON stay as they are. */
async function reduceTree(bytes: Uint8Array, lab: Lab): Promise<Uint8Array> {
  let tree: Tree;
  try {
    tree = JSON.parse(new TextDecoder().decode(bytes)) as Tree;
  } catch {
    return bytes; // no JSON: lines, words and bytes do it
  }
  const encode = (): Uint8Array => new TextEncoder().encode(JSON.stringify(tree));
  if (!(await lab.fails(encode()))) return bytes;
  const queue: Tree[] = [tree];
  for (let node = queue.shift(); node !== undefined && !lab.spent(); node = queue.shift()) {
    if (Array.isArray(node)) await reduceItems(node, async () => lab.fails(encode()));
    else if (node !== null && typeof node === 'object')
      await reduceKeys(node, async () => lab.fails(encode()));
    if (typeof node === 'object' && node !== null) queue.push(...Object.values(node));
  }
  return encode();
}

async function reduceItems(items: Tree[], fails: () => Promise<boolean>): Promise<void> {
  for (let run = items.length; run >= 1; run = Math.floor(run / 2)) {
    for (let at = 0; at < items.length;) {
      const taken = items.splice(at, run);
      if (await fails()) continue;
      items.splice(at, 0, ...taken);
      at += run;
    }
  }
}

async function reduceKeys(node: Record<string, Tree>, fails: () => Promise<boolean>): Promise<void> {
  for (const key of Object.keys(node)) {
    const value = node[key] ?? null;
    delete node[key];
    if (!(await fails())) node[key] = value;
  }
}
