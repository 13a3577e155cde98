// Writes small WebAssembly modules: functions of i32 parameters over one imported memory. Only what our kernels need
// (WebAssembly core specification 2.0, chapter 5 "Binary Format"; shared memories from the threads proposal).

/** One function: its i32 parameters, its further locals, and its body without the final `end`. */
export interface WasmFunction {
  readonly name: string;
  readonly params: number;
  /** Types of the locals after the parameters, in order. */
  readonly locals: readonly ('i32' | 'i64' | 'v128')[];
  readonly body: readonly number[];
}

const TYPES = { i32: 0x7f, i64: 0x7e, v128: 0x7b } as const;

/** Unsigned LEB128. */
export function uleb(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value === 0 ? low : low | 0x80);
  } while (value !== 0);
  return bytes;
}

/** Signed LEB128 of a 64-bit integer. */
export function sleb(value: bigint): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = Number(value & 0x7fn);
    value >>= 7n;
    if ((value === 0n && (low & 0x40) === 0) || (value === -1n && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** Its magic number and version. */
export const WASM_HEADER: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A name: its length and its bytes. */
export function wasmName(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [...uleb(bytes.length), ...bytes];
}

/** A section: the bytes of its items, counted. */
export function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = [...uleb(items.length), ...items.flat()];
  return [id, ...uleb(content.length), ...content];
}

/**
 * A module that imports `env.memory` (at most `maxPages` of 64 KiB; `shared` as the memory is) and exports each function
 * under its name.
 */
export function wasmModule(
  functions: readonly WasmFunction[],
  memory: { shared: boolean; maxPages: number },
): Uint8Array<ArrayBuffer> {
  const types = functions.map((f) => [
    0x60,
    ...uleb(f.params),
    ...Array<number>(f.params).fill(TYPES.i32),
    0,
  ]);
  const limits = [memory.shared ? 3 : 1, ...uleb(0), ...uleb(memory.maxPages)];
  const code = functions.map((f) => {
    const locals = f.locals.map((type) => [1, TYPES[type]]);
    const body = [...uleb(locals.length), ...locals.flat(), ...f.body, op.end];
    return [...uleb(body.length), ...body];
  });
  return Uint8Array.from([
    ...WASM_HEADER,
    ...section(1, types),
    ...section(2, [[...wasmName('env'), ...wasmName('memory'), 2, ...limits]]),
    ...section(
      3,
      functions.map((_, i) => uleb(i)),
    ),
    ...section(
      7,
      functions.map((f, i) => [...wasmName(f.name), 0, ...uleb(i)]),
    ),
    ...section(10, code),
  ]);
}

/** Opcodes without immediates. */
export const op = {
  end: 0x0b,
  i32LtU: 0x49,
  i32GeU: 0x4f,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32And: 0x71,
  i64Or: 0x84,
  i64Shl: 0x86,
  i64ExtendI32U: 0xad,
} as const;

/** Instructions with immediates, and those of the vector set (prefix 0xfd). */
export const ins = {
  get: (local: number): number[] => [0x20, ...uleb(local)],
  set: (local: number): number[] => [0x21, ...uleb(local)],
  tee: (local: number): number[] => [0x22, ...uleb(local)],
  i32: (value: number): number[] => [0x41, ...sleb(BigInt(value | 0))],
  i64: (value: bigint): number[] => [0x42, ...sleb(BigInt.asIntN(64, value))],
  i32Load: (offset: number): number[] => [0x28, 2, ...uleb(offset)],
  i32Store: (offset: number): number[] => [0x36, 2, ...uleb(offset)],
  v128Store: (offset: number): number[] => [0xfd, 11, 4, ...uleb(offset)],
  i64x2Splat: (): number[] => [0xfd, 18],
  i64x2ReplaceLane: (lane: number): number[] => [0xfd, 30, lane],
  i64x2Add: (): number[] => [0xfd, ...uleb(206)],
  /** `block` around a body: a branch to depth 0 in it goes to its end. */
  block: (body: readonly number[]): number[] => [0x02, 0x40, ...body, op.end],
  brIf: (depth: number): number[] => [0x0d, ...uleb(depth)],
  /** `loop` around a body that leaves an i32 on the stack: goes round again while it is not 0. */
  doWhile: (body: readonly number[]): number[] => [0x03, 0x40, ...body, 0x0d, 0, op.end],
} as const;
