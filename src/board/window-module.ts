// Writes the WebAssembly modules of the shared window (window.ts). Encoding: WebAssembly core specification 2.0, chapter 5.
import { section, sleb, uleb, WASM_HEADER, wasmName } from '../lib/wasm.ts';

/** The smallest page that an access may not cross: beyond it another window, or none, may begin. */
const GUEST_PAGE = 0x1000;

type Type = 'i32' | 'i64';
const TYPE = { i32: 0x7f, i64: 0x7e } as const;

/** A function of a helper module: what it does inside the window (address on local `offset`), and who answers outside. */
export interface Access {
  readonly name: string;
  readonly params: readonly Type[];
  readonly result: boolean;
  readonly bytes: number;
  /** Instructions with the offset in the bank in local `offset`; leaves the result if there is one. */
  readonly inside: (offset: number) => readonly number[];
}

const op = {
  call: 0x10,
  callIndirect: 0x11,
  ifVoid: [0x04, 0x40],
  ifI32: [0x04, TYPE.i32],
  else: 0x05,
  end: 0x0b,
  and: 0x71,
  sub: 0x6b,
  ltU: 0x49,
  leU: 0x4d,
  xor: 0x73,
} as const;
const get = (local: number): number[] => [0x20, ...uleb(local)];
const tee = (local: number): number[] => [0x22, ...uleb(local)];
const globalGet = (index: number): number[] => [0x23, ...uleb(index)];
const i32 = (value: number): number[] => [0x41, ...sleb(BigInt(value | 0))];
const load = (opcode: number): number[] => [opcode, 0, 0];
const store = (opcode: number, offset = 0): number[] => [opcode, 0, ...uleb(offset)];
const I32_LOAD = 0x28;
const I32_LOAD8_U = 0x2d;
const I32_STORE = 0x36;
const I64_STORE = 0x37;
const I32_STORE8 = 0x3a;
const I32_STORE16 = 0x3b;

const FUNCREF = 0x70;

/** Globals of both modules: the window's first address, its bytes; of the compiled code's also the scratch page. */
const BASE = 0;
const SIZE = 1;
const SCRATCH = 2;

const words = (count: number) => (offset: number) =>
  Array.from({ length: count }, (_, i) => [...get(offset), ...get(1 + i), ...store(I32_STORE, 4 * i)]).flat();

/** v86's memory imports (src/rust/cpu/memory.rs). */
export const IMPORTS: readonly Access[] = [
  read('mmap_read8', 1, I32_LOAD8_U),
  read('mmap_read32', 4, I32_LOAD),
  write('mmap_write8', 1, (o) => [...get(o), ...get(1), ...store(I32_STORE8)]),
  write('mmap_write16', 2, (o) => [...get(o), ...get(1), ...store(I32_STORE16)]),
  write('mmap_write32', 4, words(1)),
  write('mmap_write64', 8, words(2), 2),
  write('mmap_write128', 16, words(4), 4),
];

function read(name: string, bytes: number, opcode: number): Access {
  return { name, params: ['i32'], result: true, bytes, inside: (o) => [...get(o), ...load(opcode)] };
}

function write(name: string, bytes: number, inside: Access['inside'], values = 1): Access {
  return { name, params: Array<Type>(1 + values).fill('i32'), result: false, bytes, inside };
}

/**
 * What compiled code calls for a store outside RAM (src/rust/cpu/cpu.rs): address, value, place of the instruction. It
 * translates the address first; these do not, so they are right only while the guest does not page. The result is where
 * the code may store once more without harm, combined with the address.
 */
export const COMPILED: readonly Access[] = [
  compiledStore(4, ['i32'], (o) => [...get(o), ...get(1), ...store(I32_STORE)]),
  compiledStore(8, ['i64'], (o) => [...get(o), ...get(1), ...store(I64_STORE)]),
  compiledStore(16, ['i64', 'i64'], (o) => [
    ...[...get(o), ...get(1), ...store(I64_STORE)],
    ...[...get(o), ...get(2), ...store(I64_STORE, 8)],
  ]),
];

function compiledStore(bytes: number, values: readonly Type[], body: Access['inside']): Access {
  return {
    name: `safe_write${bytes * 8}_slow_jit`,
    params: ['i32', ...values, 'i32'],
    result: true,
    bytes,
    inside: (o) => [...body(o), ...[...globalGet(SCRATCH), ...get(0), op.xor, ...i32(-GUEST_PAGE), op.and]],
  };
}

function functionType(access: Access): number[] {
  const params = access.params.map((type) => TYPE[type]);
  return [0x60, ...uleb(params.length), ...params, ...(access.result ? [1, TYPE.i32] : [0])];
}

/** A module that answers `accesses` in the window, and calls the import of the same name for all others. */
export function helperModule(
  accesses: readonly Access[],
  compiled: boolean,
  shared: boolean,
): Uint8Array<ArrayBuffer> {
  const types = accesses.map((a) => functionType(a));
  const global = (name: string): number[] => [...wasmName('window'), ...wasmName(name), 3, TYPE.i32, 0];
  const memory = [
    ...wasmName('window'),
    ...wasmName('memory'),
    2,
    ...(shared ? [3, 0, ...uleb(65536)] : [0, 0]),
  ];
  const imports = [
    memory,
    ...[global('base'), global('size'), ...(compiled ? [global('scratch')] : [])],
    ...accesses.map((a, i) => [...wasmName('outside'), ...wasmName(a.name), 0, ...uleb(i)]),
  ];
  const names = accesses.map(({ name }) => name);
  const bodies = accesses.map((a, i) => functionBody(a, i, compiled));
  return assemble(types, imports, names, bodies);
}

/** A module of functions whose types go round `types`, exported as `names`; it imports as many functions as it has types. */
function assemble(
  types: readonly number[][],
  imports: readonly number[][],
  names: readonly string[],
  bodies: readonly number[][],
): Uint8Array<ArrayBuffer> {
  const kinds = bodies.map((_, i) => uleb(i % types.length));
  const exports = names.map((name, i) => [...wasmName(name), 0, ...uleb(types.length + i)]);
  return Uint8Array.from([
    ...WASM_HEADER,
    ...[...section(1, types), ...section(2, imports), ...section(3, kinds)],
    ...[...section(7, exports), ...section(10, bodies)],
  ]);
}

function functionBody(access: Access, index: number, compiled: boolean): number[] {
  const offset = access.params.length;
  const inPage = compiled
    ? [...get(0), ...i32(GUEST_PAGE - 1), op.and, ...i32(GUEST_PAGE - access.bytes), op.leU, op.and]
    : [];
  const body = [
    ...[1, 1, TYPE.i32], // one local: the offset
    ...[...get(0), ...globalGet(BASE), op.sub, ...tee(offset)],
    ...[...globalGet(SIZE), ...i32(access.bytes - 1), op.sub, op.ltU],
    ...inPage,
    ...(access.result ? op.ifI32 : op.ifVoid),
    ...access.inside(offset),
    op.else,
    ...access.params.flatMap((_, i) => get(i)),
    ...[op.call, ...uleb(index)],
    ...[op.end, op.end],
  ];
  return [...uleb(body.length), ...body];
}

/**
 * A module whose exports are v86's memory imports, each calling whatever stands in `window.table` at its position: banks change
 * by changing the table. `outside.NAME` exports call the import of that name: what stands there without a window.
 */
export function dispatchModule(): Uint8Array<ArrayBuffer> {
  const types = IMPORTS.map((a) => functionType(a));
  const count = IMPORTS.length;
  const table = [...wasmName('window'), ...wasmName('table'), 1, FUNCREF, 0, ...uleb(count)];
  const imports = IMPORTS.map((a, i) => [...wasmName('outside'), ...wasmName(a.name), 0, ...uleb(i)]);
  const twice = [...IMPORTS.keys(), ...IMPORTS.keys()];
  const bodies = twice.map((type, i) => {
    const params = (IMPORTS[type]?.params ?? []).flatMap((_, local) => get(local));
    const call = i < count ? [...i32(type), op.callIndirect, ...uleb(type), 0] : [op.call, ...uleb(type)];
    const body = [0, ...params, ...call, op.end];
    return [...uleb(body.length), ...body];
  });
  const names = [...IMPORTS.map(({ name }) => name), ...IMPORTS.map(({ name }) => outsideName(name))];
  return assemble(types, [...imports, table], names, bodies);
}

/** The export of a dispatch module that calls the import `name`. */
export function outsideName(name: string): string {
  return `outside.${name}`;
}
