// The WebAssembly helpers of the shared window, without a guest: what lies inside, and who is asked for the rest.
import test from 'ava';
import { windowImports, windowModules, windowStores } from '../../src/board/window.ts';

const BASE = 0x40000000;
const BYTES = 0x10000;
const SCRATCH = 0x7000;

type Fn = (...args: (number | bigint)[]) => number;
const modules = windowModules();

function setUp() {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const calls: string[] = [];
  const outside =
    (name: string) =>
    (...args: (number | bigint)[]) => {
      calls.push(`${name} ${args.map((a) => a.toString(16)).join(' ')}`);
      return 77;
    };
  const names = (module: WebAssembly.Module) => WebAssembly.Module.exports(module).map(({ name }) => name);
  const all = (module: WebAssembly.Module) =>
    Object.fromEntries(names(module).map((name) => [name, outside(name)]));
  const bank = { base: BASE, memory };
  const imports = windowImports(modules.imports, bank, all(modules.imports));
  const stores = windowStores(modules.compiled, bank, all(modules.compiled), SCRATCH);
  // Exports of these modules are functions of numbers.
  const call = (name: string) => (imports[name] ?? stores[name]) as Fn;
  return { view: new DataView(memory.buffer), calls, call };
}

test('reads and writes in the window reach the memory, in any width', (t) => {
  const { view, calls, call } = setUp();
  call('mmap_write8')(BASE + 5, 0x1ff);
  call('mmap_write16')(BASE + 6, 0x12345);
  call('mmap_write32')(BASE + 8, -2);
  call('mmap_write64')(BASE + 16, 1, 2);
  call('mmap_write128')(BASE + 32, 3, 4, 5, 6);
  t.is(view.getUint8(5), 0xff);
  t.is(view.getUint16(6, true), 0x2345);
  t.is(view.getInt32(8, true), -2);
  t.is(view.getBigUint64(16, true), 0x2_0000_0001n);
  t.deepEqual(
    [32, 36, 40, 44].map((at) => view.getUint32(at, true)),
    [3, 4, 5, 6],
  );
  t.is(call('mmap_read8')(BASE + 5), 0xff);
  t.is(call('mmap_read32')(BASE + 8), -2);
  t.deepEqual(calls, []);
});

test('both sides of each end: the last whole access is inside, one byte on or before is not', (t) => {
  const { view, calls, call } = setUp();
  const end = BASE + BYTES;
  call('mmap_write128')(end - 16, 1, 2, 3, 4);
  call('mmap_write32')(end - 4, 9);
  call('mmap_write8')(end - 1, 8);
  t.is(view.getUint32(BYTES - 4, true), 0x08000009);
  t.deepEqual(calls, []);
  call('mmap_write128')(end - 15, 1, 2, 3, 4);
  call('mmap_write32')(end - 3, 9);
  call('mmap_write8')(end, 8);
  t.is(call('mmap_read32')(BASE - 1), 77);
  t.deepEqual(calls, [
    `mmap_write128 4000fff1 1 2 3 4`,
    `mmap_write32 4000fffd 9`,
    `mmap_write8 40010000 8`,
    `mmap_read32 3fffffff`,
  ]);
});

test("compiled code's stores answer with the scratch page, as v86 wants it", (t) => {
  const { view, calls, call } = setUp();
  const at = BASE + 0x2340;
  t.is(call('safe_write32_slow_jit')(at, 0x11223344, 0), (SCRATCH ^ at) & ~0xfff);
  t.is(call('safe_write64_slow_jit')(at + 8, 5n, 0), (SCRATCH ^ at) & ~0xfff);
  t.is(call('safe_write128_slow_jit')(at + 16, 6n, 7n, 0), (SCRATCH ^ at) & ~0xfff);
  t.is(view.getUint32(0x2340, true), 0x11223344);
  t.deepEqual(
    [0x2348, 0x2350, 0x2358].map((offset) => view.getBigUint64(offset, true)),
    [5n, 6n, 7n],
  );
  t.deepEqual(calls, []);
});

test('a compiled store across a guest page, or outside, is left to v86', (t) => {
  const { calls, call } = setUp();
  call('safe_write128_slow_jit')(BASE + 0xff0, 1n, 2n, 3);
  t.deepEqual(calls, []);
  t.is(call('safe_write128_slow_jit')(BASE + 0xff1, 1n, 2n, 3), 77);
  t.is(call('safe_write64_slow_jit')(BASE + 0xff9, 1n, 3), 77);
  t.is(call('safe_write32_slow_jit')(BASE + BYTES, 1, 3), 77);
  t.is(calls.length, 3);
});
