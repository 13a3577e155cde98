// The loops over struct pages: a page as a real kernel wrote it, and both implementations alike for every count.
import fc from 'fast-check';
import test from 'ava';
import { pageKernelModule, plainPageKernel, wasmPageKernel } from '../../../src/mm/memmap/kernel.ts';
import type { PageKernel } from '../../../src/mm/memmap/kernel.ts';
import { STRUCT_PAGE_6_1 } from '../../../src/mm/memmap/layout.ts';

function kernels(): { memory: WebAssembly.Memory; kernel: PageKernel }[] {
  const fresh = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const [wasm, plain] = [fresh(), fresh()];
  return [
    { memory: wasm, kernel: wasmPageKernel(pageKernelModule(STRUCT_PAGE_6_1, true), wasm) },
    { memory: plain, kernel: plainPageKernel(STRUCT_PAGE_6_1, new Uint32Array(plain.buffer)) },
  ];
}

test('pfn 0x1b8401 of a real boot: 16 words as the kernel left them, once initialised and once freed', (t) => {
  // flags 0x17ffffc0000000, lru pointing to itself at 0xffd4000006e10048, _mapcount -1, _refcount 1, then 0
  const page = (refcount: number): number[] => [
    ...[0xc0000000, 0x0017ffff, 0x06e10048, 0xffd40000, 0x06e10048, 0xffd40000],
    ...[0, 0, 0, 0, 0, 0, 0xffffffff, refcount, 0, 0],
  ];
  for (const { memory, kernel } of kernels()) {
    const words = new Uint32Array(memory.buffer);
    words.fill(0xaaaaaaaa);
    kernel.init(64, 1, 0xc0000000 | 0, 0x0017ffff, 0x06e10048, 0xffd40000 | 0);
    t.deepEqual([...words.slice(16, 32)], page(1));
    t.is(words[15], 0xaaaaaaaa);
    t.is(words[32], 0xaaaaaaaa);
    words[16] = 0xc0001000;
    kernel.clear(64, 1);
    t.deepEqual([...words.slice(16, 32)], page(0));
  }
});

test('an address that goes past 32 bits carries', (t) => {
  for (const { memory, kernel } of kernels()) {
    kernel.init(0, 2, 0, 0, 0xffffffc8 | 0, 0xffffea00 | 0);
    const words = new Uint32Array(memory.buffer);
    t.deepEqual([...words.slice(2, 6)], [0xffffffc8, 0xffffea00, 0xffffffc8, 0xffffea00]);
    t.deepEqual([...words.slice(18, 22)], [8, 0xffffea01, 8, 0xffffea01]);
  }
});

test('SIMD and plain loops write the same bytes', (t) => {
  fc.assert(
    fc.property(
      fc.nat(200),
      fc.integer({ min: 1, max: 70 }),
      fc.nat(1),
      fc.nat(),
      (page, count, cut, low) => {
        const images = kernels().map(({ memory, kernel }) => {
          kernel.init(page * 64, count, 0xc0001000 | 0, 0x57ffff, (low & ~63) | 8, 0xffd40000 | 0);
          if (count > cut) kernel.clear(page * 64, count - cut);
          return Buffer.from(new Uint8Array(memory.buffer.slice(0)));
        });
        t.true(images[0]?.equals(images[1] ?? Buffer.alloc(0)));
      },
    ),
    { numRuns: 60 },
  );
});
