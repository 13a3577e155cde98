// A list of memblock operations as numbers, and its run on src/mm/memblock.ts.
import { Memblock } from '../../mm/memblock.ts';

/** Codes as native/memblock.c numbers them. */
export const OP = {
  add: 0,
  addNode: 1,
  reserve: 2,
  free: 3,
  physAllocRange: 4,
  allocTryNid: 5,
  allocExact: 6,
  remove: 7,
  setNode: 8,
  allowResize: 9,
  setBottomUp: 10,
} as const;

/** Numbers per operation: code, four arguments (base and size, or size, align and two bounds), nid, expected result. */
export const STRIDE = 7;

/** Operations one after the other, STRIDE numbers each. */
export class OpList {
  readonly words: number[] = [];
  /** Address space in which grown region tables come to lie. */
  arena: [number, number] = [0, 0];

  get length(): number {
    return this.words.length / STRIDE;
  }

  push(code: number, args: readonly number[], nid = 0, expected = 0): void {
    this.words.push(code, args[0] ?? 0, args[1] ?? 0, args[2] ?? 0, args[3] ?? 0, nid, expected);
  }
}

function runOne(mb: Memblock, w: ArrayLike<number>, i: number): number {
  const a = w[i + 1]!;
  const b = w[i + 2]!;
  const nid = w[i + 5]!;
  switch (w[i]) {
    case OP.add:
      return mb.add(a, b);
    case OP.addNode:
      return mb.addNode(a, b, nid);
    case OP.reserve:
      return mb.reserve(a, b);
    case OP.free:
      return mb.free(a, b);
    case OP.physAllocRange:
      return mb.physAllocRange(a, b, w[i + 3]!, w[i + 4]!);
    case OP.allocTryNid:
      return mb.allocTryNidRaw(a, b, w[i + 3]!, w[i + 4]!, nid);
    case OP.allocExact:
      return mb.allocExactNidRaw(a, b, w[i + 3]!, w[i + 4]!, nid);
    case OP.remove:
      return mb.remove(a, b);
    case OP.setNode:
      return mb.setNode(a, b, mb.memory, nid);
    case OP.allowResize:
      mb.allowResize();
      return 0;
    default:
      mb.setBottomUp(a !== 0);
      return 0;
  }
}

/** Performs an operation that has just been pushed, and keeps its result as the expected one. */
export function settle(mb: Memblock, ops: OpList): number {
  const at = ops.words.length - STRIDE;
  const result = runOne(mb, ops.words, at);
  ops.words[at + STRIDE - 1] = result;
  return result;
}

/** Runs a list on a fresh memblock. Returns nanoseconds per operation; throws where a result is not as expected. */
export function time(words: Float64Array): number {
  const mb = new Memblock();
  let differing = 0;
  const start = process.hrtime.bigint();
  for (let i = 0; i < words.length; i += STRIDE) if (runOne(mb, words, i) !== words[i + 6]) differing += 1;
  const elapsed = Number(process.hrtime.bigint() - start);
  if (differing > 0) throw new Error(`${differing} results differ from the first run`);
  return elapsed / (words.length / STRIDE);
}

/** The calls of `ops` but for those at `dropped`, with the model's results. */
export function without(ops: OpList, dropped: ReadonlySet<number>): OpList {
  const left = new OpList();
  left.arena = ops.arena;
  const mb = new Memblock();
  for (let at = 0; at < ops.length; at++) {
    if (dropped.has(at)) continue;
    left.words.push(...ops.words.slice(at * STRIDE, (at + 1) * STRIDE));
    settle(mb, left);
  }
  return left;
}

/** A call in words: `reserve(0x1000, 0x200)`. */
export function callText(ops: OpList, at: number): string {
  const [code, a = 0, b = 0, c = 0, d = 0, nid = 0] = ops.words.slice(at * STRIDE);
  const name = Object.entries(OP).find(([, value]) => value === code)?.[0] ?? `call ${code}`;
  return `${name}(${[a, b, c, d].map((value) => `0x${value.toString(16)}`).join(', ')}, ${nid})`;
}
