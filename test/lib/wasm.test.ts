// The WebAssembly writer: encodings from the specification's examples, and modules that an engine accepts and runs.
import test from 'ava';
import { ins, op, sleb, uleb, wasmModule } from '../../src/lib/wasm.ts';

test('unsigned LEB128: 624485 is e5 8e 26, and each edge of a byte', (t) => {
  t.deepEqual(uleb(624485), [0xe5, 0x8e, 0x26]);
  t.deepEqual([uleb(0), uleb(127), uleb(128)], [[0], [0x7f], [0x80, 1]]);
  t.deepEqual(uleb(0xffffffff), [0xff, 0xff, 0xff, 0xff, 0x0f]);
});

test('signed LEB128: -123456 is c0 bb 78, and each edge of a byte', (t) => {
  t.deepEqual(sleb(-123456n), [0xc0, 0xbb, 0x78]);
  t.deepEqual([sleb(63n), sleb(64n), sleb(-64n), sleb(-65n)], [[0x3f], [0xc0, 0], [0x40], [0xbf, 0x7f]]);
});

test('a module that adds to a word of shared memory', (t) => {
  const add = {
    ...{ name: 'add', params: 2, locals: [] },
    body: [...ins.get(0), ...ins.get(0), ...ins.i32Load(4), ...ins.get(1), op.i32Add, ...ins.i32Store(4)],
  };
  const bytes = wasmModule([add], { shared: true, maxPages: 2 });
  t.true(WebAssembly.validate(bytes));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const words = new Int32Array(memory.buffer);
  words[3] = 40;
  if (typeof exports['add'] !== 'function') return t.fail('no export');
  (exports['add'] as (at: number, by: number) => void)(8, 2);
  t.deepEqual([...words.slice(2, 5)], [0, 42, 0]);
});
