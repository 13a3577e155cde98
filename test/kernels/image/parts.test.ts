// The parts of the reader by themselves, with numbers worked out by hand.
import test from 'ava';
import { compilerCannotInit } from '../../../src/kernels/image/init_stack.ts';
import { undoX86Filter } from '../../../src/kernels/image/bcj.ts';
import { Btf } from '../../../src/kernels/image/btf.ts';
import { Bytes } from '../../../src/kernels/image/bytes.ts';
import { callersOf } from '../../../src/kernels/image/callers.ts';
import { crc32 } from '../../../src/kernels/image/crc32.ts';
import { unlz4 } from '../../../src/kernels/image/lz4.ts';
import { structFacts } from '../../../src/kernels/image/structs.ts';

test("crc32: the check value of the algorithm's catalogue", (t) => {
  t.is(crc32(new TextEncoder().encode('123456789')), 0xcbf43926);
  t.is(crc32(new Uint8Array(0)), 0);
});

test('the x86 filter: a call is made relative again, what was not converted stays', (t) => {
  // at 0 a call of 0x20; its next instruction is at 5, so the filter had made 0x25 of it
  const near = Uint8Array.from([0xe8, 0x25, 0, 0, 0, 0x90, 0x90, 0x90, 0x90]);
  undoX86Filter(near);
  t.deepEqual([...near.subarray(0, 5)], [0xe8, 0x20, 0, 0, 0]);
  // backwards: 0xfffffff0 from 5 on was 0xfffffff5
  const back = Uint8Array.from([0xe9, 0xf5, 0xff, 0xff, 0xff, 0x90, 0x90, 0x90, 0x90]);
  undoX86Filter(back);
  t.deepEqual([...back.subarray(0, 5)], [0xe9, 0xf0, 0xff, 0xff, 0xff]);
  // a top byte that is neither 00 nor ff was too far to be converted
  const far = Uint8Array.from([0xe8, 0x25, 0, 0, 1, 0x90, 0x90, 0x90, 0x90]);
  undoX86Filter(far);
  t.is(far[1], 0x25);
  // the last four bytes are no whole instruction
  const short = Uint8Array.from([0xe8, 0x25, 0, 0]);
  undoX86Filter(short);
  t.is(short[1], 0x25);
});

test('lz4: an overlapping match repeats what it writes; one before the beginning is damage', (t) => {
  const frame = (block: number[]) =>
    Uint8Array.from([0x02, 0x21, 0x4c, 0x18, block.length, 0, 0, 0, ...block]);
  // two literals, then eight bytes from two back
  t.deepEqual([...unlz4(frame([0x24, 1, 2, 2, 0]), 10)], [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]);
  t.throws(() => unlz4(frame([0x24, 1, 2, 3, 0]), 10), { message: /damaged/ });
  t.throws(() => unlz4(frame([0x24, 1, 2, 0, 0]), 10), { message: /damaged/ });
  // one byte more than was promised
  t.throws(() => unlz4(frame([0x24, 1, 2, 2, 0]), 9), { message: /damaged/ });
});

/** Types and strings as a BTF section; each type is words, a name given as text. */
function btf(types: readonly (readonly (number | string)[])[]): Uint8Array {
  let strings = '\0';
  const offset = (name: string): number => {
    if (name === '') return 0;
    strings += `${name}\0`;
    return strings.length - name.length - 1;
  };
  const words = types.flat().map((word) => (typeof word === 'string' ? offset(word) : word));
  const header = [0x0001eb9f, 24, 0, words.length * 4, words.length * 4, strings.length];
  return new Uint8Array([
    ...new Uint8Array(Uint32Array.from([...header, ...words]).buffer),
    ...new TextEncoder().encode(strings),
  ]);
}

const INFO = (kind: number, members: number): number => ((kind << 24) | members) >>> 0;

/** int; int[6]; struct page with flags, a union without a name that holds lru and private, and the counts. */
const TYPES: readonly (readonly (number | string)[])[] = [
  ['int', INFO(1, 0), 4, 32],
  ['', INFO(3, 0), 0, 1, 1, 6],
  ['', INFO(5, 2), 16, 'lru', 1, 0, 'private', 1, 64],
  [
    'page',
    INFO(4, 5),
    64,
    'flags',
    1,
    0,
    '',
    3,
    64,
    '_mapcount',
    1,
    384,
    '_refcount',
    1,
    416,
    'rest',
    2,
    192,
  ],
  ['pageflags', INFO(6, 4), 4, 'PG_locked', 0, 'PG_lru', 1, '__NR_PAGEFLAGS', 2, 'PG_alias', 1],
  ['mem_section_usage', INFO(4, 0), 24],
  ['sixints', INFO(8, 0), 2],
];

test('BTF: sizes through typedefs and arrays, members of unnamed unions, enum values without aliases', (t) => {
  const types = new Btf(new Bytes(btf(TYPES), 'BTF'));
  t.is(types.sizeof('sixints'), 24);
  t.is(types.sizeof('page'), 64);
  t.is(types.sizeof('nothing'), undefined);
  const { facts, assumed } = structFacts(types, { sizeofIoTlbSlot: 24, sizeofIoTlbArea: 16 });
  t.deepEqual(facts.structPage, { size: 64, flags: 0, lru: 8, private: 16, mapcount: 48, refcount: 52 });
  t.deepEqual(facts.pageFlags, { PG_locked: 0, PG_lru: 1 });
  // 64 page blocks of 4 bits are 32 bytes behind the struct
  t.is(facts.sizeofMemSectionUsage, 56);
  t.true(assumed.includes('sizeofPglistData'));
  t.false(assumed.includes('sizeofMemSectionUsage'));
});

test('BTF: eight flags a page block take 64 bytes; a type that refers to itself is refused', (t) => {
  const eight = [...TYPES, ['pageblock_bits', INFO(6, 1), 4, '__NR_PAGEBLOCK_BITS', 5]] as const;
  const types = new Btf(new Bytes(btf(eight), 'BTF'));
  t.is(structFacts(types, { sizeofIoTlbSlot: 0, sizeofIoTlbArea: 0 }).facts.sizeofMemSectionUsage, 88);
  const loop = new Btf(new Bytes(btf([['loop', INFO(8, 0), 1]]), 'BTF'));
  t.throws(() => loop.sizeof('loop'), { message: /refers to itself/ });
  t.throws(() => new Btf(new Bytes(btf([['x', INFO(25, 0), 1]]), 'BTF')), {
    message: /of kind 25: expected 1 to 19/,
  });
  const cut = btf(TYPES);
  t.throws(() => new Btf(new Bytes(cut.subarray(0, 60), 'BTF')), { message: /cut off/ });
});

test('callers: the n-th call of a kind, the one that is marked, and the function that allocates for all', (t) => {
  const callers = callersOf({
    'setup_arch/0xd4f':
      '0x180 memblock_reserve, 0x797 memblock_reserve brk, 0x7e0 memblock_reserve via:reserve_real_mode hook',
    'pcpu_embed_first_chunk/0x70f':
      '0x69 memblock_alloc_try_nid, 0x7f memblock_free via:pcpu_free_alloc_info, 0x1e6 memblock_free, 0x285 memblock_free via:pcpu_free_alloc_info',
    'vmemmap_alloc_block_zero.constprop.0/0x28':
      '0xc memblock_alloc_try_nid_raw via:__earlyonly_bootmem_alloc',
    'sparse_init/0x240': '0x72 __memblock_alloc_or_panic',
    '__memblock_alloc_or_panic/0x50': '0x24 memblock_alloc_try_nid',
  });
  t.deepEqual(callers, {
    'setup_arch#brk': 'setup_arch+0x797/0xd4f',
    'setup_arch#first-megabyte': 'setup_arch+0x7e0/0xd4f',
    'pcpu_embed_first_chunk#areas': 'pcpu_embed_first_chunk+0x69/0x70f',
    'pcpu_embed_first_chunk#unused-unit': 'pcpu_embed_first_chunk+0x1e6/0x70f',
    'pcpu_embed_first_chunk#free-info': 'pcpu_embed_first_chunk+0x285/0x70f',
    vmemmap_alloc_block_zero: 'vmemmap_alloc_block_zero.constprop.0+0xc/0x28',
    sparse_init: '__memblock_alloc_or_panic+0x24/0x50',
  });
});

test("callers: what numa=fake frees, where that is a jump; i386's memblock_free() is a caller itself", (t) => {
  t.is(
    callersOf({
      'numa_init/0x3ec': '0xe4 memblock_free via:numa_emulation, 0x280 memblock_phys_alloc_try_nid',
    })['numa_emulation#copy-free'],
    'numa_init+0xe4/0x3ec',
  );
  const own = { 'numa_emulation/0x500': '0x24f memblock_alloc_try_nid, 0x4a2 memblock_free' };
  t.is(callersOf(own)['numa_emulation#copy-free'], 'numa_emulation+0x4a2/0x500');
  t.is(callersOf(own)['numa_emulation'], 'numa_emulation+0x24f/0x500');
  const i386 = callersOf({
    'memblock_free/0x22': '0x1a memblock_phys_free',
    'start_kernel/0x646': '0x327 memblock_free',
    'setup_arch/0xd41': '0xa55 memblock_phys_free',
  });
  t.is(i386['start_kernel#unknown-options-free'], 'memblock_free+0x1a/0x22');
  t.is(i386['setup_arch#initrd-moved'], 'setup_arch+0xa55/0xd41');
  t.is(i386['pcpu_embed_first_chunk#free-info'], 'memblock_free+0x1a/0x22'); // through a function in between
});

test('a compiler before GCC 12 clears no stacks by itself', (t) => {
  t.true(
    compilerCannotInit(
      'Linux version 5.10.0-32-amd64 (a@b) (gcc-10 (Debian 10.2.1-6) 10.2.1 20210110, GNU ld',
    ),
  );
  t.true(compilerCannotInit('Linux version 5.4 (a@b) (gcc version 9.3.0 (Ubuntu 9.3.0-17)) #1'));
  t.false(compilerCannotInit('Linux version 6.1 (a@b) (gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld'));
  t.false(compilerCannotInit('Linux version 6.12 (a@b) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0'));
  t.false(compilerCannotInit('Linux version 6.1 (a@b) (clang version 11.0.1, LLD 11) #1'));
});
