// The changes to v86.wasm find what they were made for, and nothing else.
import test from 'ava';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { find, patchV86 } from '../../src/board/patch.ts';

const wasm = readFileSync(fileURLToPath(import.meta.resolve('v86/build/v86.wasm')));

test('the patched module is valid, and a byte longer', (t) => {
  const patched = patchV86(wasm);
  t.true(WebAssembly.validate(patched));
  // i32.const 0x10800 (4 bytes) became i32.const 0, i32.load 8 (5 bytes); what CPUs then say is in smp/machine.test.ts.
  t.is(patched.length, wasm.length + 1);
});

test('a v86 that is not the pinned one is refused, with what was looked for', (t) => {
  const other = Uint8Array.from(wasm);
  const [at = 0] = find(other, [0x41, 0x80, 0x90, 0x04], 1);
  other[at + 1] = 0x81;
  t.throws(() => patchV86(other), { message: /0 places with 41 80 90 04, not 1/ });
  t.throws(() => patchV86(patchV86(wasm)), { message: /0 places with 41 80 80 80 77 46, not 163/ });
});

test('find counts every place, and insists on the number', (t) => {
  const bytes = Uint8Array.of(1, 2, 1, 2, 1);
  t.deepEqual(find(bytes, [1, 2], 2), [0, 2]);
  t.deepEqual(find(bytes, [1], 3), [0, 2, 4]);
  t.throws(() => find(bytes, [1, 2], 1), { message: /2 places with 01 02, not 1/ });
  t.throws(() => find(bytes, [2, 2], 1), { message: /0 places/ });
});
