// The two loops over struct pages that deferred init spends its time in, as WebAssembly SIMD and as plain TypeScript.
// Both do the same: bench/threads.ts measures them side by side (docs/threads.md has the figures).
import { ins, op, wasmModule } from '../../lib/wasm.ts';
import type { StructPageLayout } from './layout.ts';

/** Loops over `count` (at least 1) consecutive struct pages from byte `at` of one bank. */
export interface PageKernel {
  /** __init_single_page() on each: `flags` and the first page's `lru` address as low and high words. */
  init(at: number, count: number, flagsLow: number, flagsHigh: number, lruLow: number, lruHigh: number): void;
  /** What __free_pages_core() does to each page: PG_reserved off, reference count 0. */
  clear(at: number, count: number): void;
}

/** Most pages of 64 KiB that a bank may have: what the module declares for its import. */
export const BANK_MAX_WASM_PAGES = 65536;

/** The kernel's module for a layout whose pages are a whole number of 16-byte vectors. */
export function pageKernelModule(layout: StructPageLayout, shared: boolean): WebAssembly.Module {
  const bytes = wasmModule([initFunction(layout), clearFunction(layout)], {
    shared,
    maxPages: BANK_MAX_WASM_PAGES,
  });
  return new WebAssembly.Module(bytes);
}

/** An instance of the kernel over one bank's memory. */
export function wasmPageKernel(module: WebAssembly.Module, memory: WebAssembly.Memory): PageKernel {
  const { init, clear } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  if (typeof init !== 'function' || typeof clear !== 'function')
    throw new TypeError('page kernel without exports');
  // The engine types exports as bare Function; these two have the parameters declared in this file.
  return { init: init as PageKernel['init'], clear: clear as PageKernel['clear'] };
}

function initFunction(layout: StructPageLayout): {
  name: string;
  params: number;
  locals: Locals;
  body: number[];
} {
  const [at, count, flagsLow, flagsHigh, lruLow, lruHigh] = [0, 1, 2, 3, 4, 5];
  const vectors = layout.size / 16;
  const value = (k: number): number => 6 + k;
  const step = (k: number): number => 6 + vectors + k;
  const pair = (low: number, high: number): number[] => [
    ...[...ins.get(low), op.i64ExtendI32U, ...ins.get(high), op.i64ExtendI32U],
    ...[...ins.i64(32n), op.i64Shl, op.i64Or],
  ];
  const counts =
    (BigInt(layout.mapcountNone >>> 0) << BigInt((layout.mapcount % 8) * 8)) |
    (1n << BigInt((layout.refcount % 8) * 8));
  const word = (byte: number): number[] => {
    if (byte === layout.flags) return pair(flagsLow, flagsHigh);
    if (byte === layout.lru || byte === layout.lru + 8) return pair(lruLow, lruHigh);
    return ins.i64(byte === layout.mapcount - (layout.mapcount % 8) ? counts : 0n);
  };
  const isLru = (byte: number): boolean => byte === layout.lru || byte === layout.lru + 8;
  const increment = (byte: number): number[] => ins.i64(isLru(byte) ? BigInt(layout.size) : 0n);
  const lanes = (k: number, of: (byte: number) => number[]): number[] => [
    ...[...of(16 * k), ...ins.i64x2Splat(), ...of(16 * k + 8), ...ins.i64x2ReplaceLane(1)],
  ];
  const each = Array.from({ length: vectors }, (_, k) => k);
  const moves = each.filter((k) => isLru(16 * k) || isLru(16 * k + 8));
  const setUp = each.flatMap((k) => [
    ...[...lanes(k, word), ...ins.set(value(k))],
    ...[...lanes(k, increment), ...ins.set(step(k))],
  ]);
  const page = (first: number): number[] => [
    ...each.flatMap((k) => [...ins.get(at), ...ins.get(value(k)), ...ins.v128Store(first + 16 * k)]),
    ...moves.flatMap((k) => [
      ...ins.get(value(k)),
      ...ins.get(step(k)),
      ...ins.i64x2Add(),
      ...ins.set(value(k)),
    ]),
  ];
  const loops = pageLoops(layout.size, at, count, page);
  const locals = [...each, ...each].map((): 'v128' => 'v128');
  return { name: 'init', params: 6, locals, body: [...setUp, ...loops] };
}

type Locals = readonly ('i32' | 'i64' | 'v128')[];

function clearFunction(layout: StructPageLayout): {
  name: string;
  params: number;
  locals: Locals;
  body: number[];
} {
  const [at, count] = [0, 1];
  const page = (first: number): number[] => [
    ...[...ins.get(at), ...ins.get(at), ...ins.i32Load(first + layout.flags)],
    ...[...ins.i32(~(1 << layout.pgReserved)), op.i32And, ...ins.i32Store(first + layout.flags)],
    ...[...ins.get(at), ...ins.i32(0), ...ins.i32Store(first + layout.refcount)],
  ];
  return { name: 'clear', params: 2, locals: [], body: pageLoops(layout.size, at, count, page) };
}

/** Pages that the unrolled loop takes at a time. */
const UNROLL = 2;

/** Runs `page` on each of `count` pages from `at`: eight at a time, then the rest one by one. */
function pageLoops(size: number, at: number, count: number, page: (first: number) => number[]): number[] {
  const loop = (pages: number): number[] =>
    ins.block([
      ...[...ins.get(count), ...ins.i32(pages), op.i32LtU, ...ins.brIf(0)],
      ...ins.doWhile([
        ...Array.from({ length: pages }, (_, i) => page(i * size)).flat(),
        ...[...ins.get(at), ...ins.i32(pages * size), op.i32Add, ...ins.set(at)],
        ...[...ins.get(count), ...ins.i32(pages), op.i32Sub, ...ins.tee(count), ...ins.i32(pages), op.i32GeU],
      ]),
    ]);
  return [...loop(UNROLL), ...loop(1)];
}

/** The same loops in TypeScript, over 32-bit words of one bank. */
export function plainPageKernel(layout: StructPageLayout, words: Uint32Array): PageKernel {
  const size = layout.size / 4;
  const [flags, lru] = [layout.flags / 4, layout.lru / 4];
  const [mapcount, refcount] = [layout.mapcount / 4, layout.refcount / 4];
  const keep = ~(1 << layout.pgReserved);
  return {
    init(at, count, flagsLow, flagsHigh, lruLow, lruHigh) {
      let word = at / 4;
      words.fill(0, word, word + count * size);
      for (let i = 0; i < count; i += 1, word += size) {
        words[word + flags] = flagsLow;
        words[word + flags + 1] = flagsHigh;
        words[word + lru] = lruLow;
        words[word + lru + 1] = lruHigh;
        words[word + lru + 2] = lruLow;
        words[word + lru + 3] = lruHigh;
        words[word + mapcount] = layout.mapcountNone;
        words[word + refcount] = 1;
        lruLow = (lruLow + layout.size) >>> 0;
        if (lruLow < layout.size) lruHigh += 1;
      }
    },
    clear(at, count) {
      let word = at / 4;
      for (let i = 0; i < count; i += 1, word += size) {
        words[word + flags] = (words[word + flags] ?? 0) & keep;
        words[word + refcount] = 0;
      }
    },
  };
}
