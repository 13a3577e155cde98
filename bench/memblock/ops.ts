// A list of memblock operations as numbers, and its run on src/mm/memblock.ts.
import { Memblock } from '../../src/mm/memblock.ts';

/** Codes as bench/native/memblock_bench.c numbers them. */
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
