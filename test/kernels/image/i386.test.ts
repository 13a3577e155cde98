// A 32-bit kernel's ELF file made by hand: headers of another size, places from sections, parameters from a table that is looked for.
import test from 'ava';
import { Bytes } from '../../../src/kernels/image/bytes.ts';
import { Elf, physical } from '../../../src/kernels/image/elf.ts';
import { banner32, linked32, setupTable32 } from '../../../src/kernels/image/i386.ts';

interface Part {
  readonly name: string;
  readonly address: number;
  readonly bytes: Uint8Array;
}

const BASE = 0xc1000000;

/** An ELF file of class 1 with one segment for each part. */
function elf32(parts: readonly Part[]): Uint8Array {
  const names = ['', ...parts.map(({ name }) => name), '.shstrtab'];
  const text = new TextEncoder().encode(names.join('\0') + '\0');
  const offsets = names.map((_, i) => names.slice(0, i).reduce((sum, name) => sum + name.length + 1, 0));
  let at = 52 + 32 * parts.length;
  const places = [...parts.map(({ bytes }) => bytes), text].map((bytes) => {
    const place = at;
    at += bytes.length;
    return place;
  });
  const file = new Uint8Array(at + 40 * names.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  const half = (where: number, ...values: number[]): void =>
    values.forEach((value, i) => view.setUint16(where + 2 * i, value, true));
  const words = (where: number, ...values: number[]): void =>
    values.forEach((value, i) => view.setUint32(where + 4 * i, value, true));
  half(16, 2, 3);
  words(28, 52, at);
  half(42, 32, parts.length, 40, names.length, names.length - 1);
  parts.forEach(({ address, bytes }, i) => {
    const place = places[i] as number;
    words(52 + 32 * i, 1, place, address, address - 0xc0000000, bytes.length, bytes.length);
    words(at + 40 * (i + 1), offsets[i + 1] as number, 1, 0, address, place, bytes.length);
    file.set(bytes, place);
  });
  words(
    at + 40 * (names.length - 1),
    offsets.at(-1) as number,
    3,
    0,
    0,
    places.at(-1) as number,
    text.length,
  );
  file.set(text, places.at(-1));
  return file;
}

const part = (name: string, offset: number, bytes: number | Uint8Array): Part => ({
  name,
  address: BASE + offset,
  bytes: typeof bytes === 'number' ? new Uint8Array(bytes) : bytes,
});

/** Entries of name, function, early: `count` good ones, behind a word that is none, and before a bad one. */
function table(count: number, early = 1): Uint8Array {
  const bytes = new Uint8Array(4 + (count + 1) * 12);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) {
    view.setUint32(4 + 12 * i, BASE + 0x30000, true);
    view.setUint32(8 + 12 * i, BASE + 0x20010, true);
    view.setUint32(12 + 12 * i, i % 2 === 0 ? 0 : early, true);
  }
  return bytes;
}

const kernel = (initData: Uint8Array, banner = 'Linux version 6.1.0-50-686 (a@b) #1 SMP\n'): Elf =>
  new Elf(
    elf32([
      part('.text', 0, 0x1234),
      part('.rodata', 0x2000, new TextEncoder().encode(`Linux version %s (%s)\0${banner}\0`)),
      part('.notes', 0x3000, 0x10),
      part('.data', 0x5000, 0x2800),
      part('.init.text', 0x20000, 0x100),
      part('.init.data', 0x30000, initData),
      part('.data..percpu', 0x40000, 0x19754),
      part('.smp_locks', 0x5a000, 0x8000),
      part('.bss', 0x62000, 0x77000),
      part('.brk', 0xd9000, 0x20000),
    ]),
  );

test('addresses: 3 GiB above physical ones, and nothing else below 4 GiB', (t) => {
  t.is(physical(0xc1000000n), 0x1000000);
  t.is(physical(0xc0000000n), 0);
  t.is(physical(0xffffffffn), 0x3fffffff);
  t.is(physical(0xbfffffffn), null);
  t.is(physical(0x100000000n), null);
});

test('sections and memory of a file of 32 bits', (t) => {
  const elf = kernel(table(60));
  t.is(elf.wordBytes, 4);
  t.is(elf.section('.data')?.address, BigInt(BASE + 0x5000));
  t.is(elf.section('.brk')?.size, 0x20000);
  t.is(elf.memory(0x1000000 + 0x30004)?.word(0, 4), BigInt(BASE + 0x30000));
  const wrong = elf32([part('.text', 0, 16)]);
  wrong[18] = 62; // x86-64, but of class 1
  t.throws(() => new Elf(wrong), {
    message: /class 1, data 1, machine 62: expected little-endian x86-64 .* or i386/,
  });
});

test('places: each part from the section that begins it', (t) => {
  const facts = linked32(kernel(table(60)));
  t.is(facts.textStart, 0x1000000);
  t.is(facts.endOfKernelReserve, 0x10d9000);
  t.is(facts.imageEnd, 0x10f9000);
  t.is(facts.codeK, 4); // 0x1234 bytes
  t.is(facts.rodataK, 8); // 0x2000 to the end of .notes' page
  t.is(facts.rwdataK, 10);
  t.is(facts.initK, 232); // 0x20000 to 0x5a000: per-CPU data end in 0x59754
  t.is(facts.bssK, 476);
  t.is(facts.percpuStatic, 0x19754);
  t.deepEqual(facts.freedParts, [
    { start: 0x105a000, end: 0x1062000 },
    { start: 0x1020000, end: 0x105a000 },
  ]);
});

test('the banner is the one without %s; the parameters are the longest table', (t) => {
  t.is(banner32(kernel(table(60))), 'Linux version 6.1.0-50-686 (a@b) #1 SMP');
  t.throws(() => banner32(kernel(table(60), 'nothing')), { message: /no "Linux version/ });
  const found: Bytes = setupTable32(kernel(table(60)));
  t.is(found.length, 60 * 12);
  t.is(found.u32(0), BASE + 0x30000);
  t.throws(() => setupTable32(kernel(table(49))), { message: /no table of __setup entries/ });
  t.throws(() => setupTable32(kernel(table(60, 2))), { message: /no table of __setup entries/ }); // early is 0 or 1
});
