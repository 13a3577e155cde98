// Images made by hand: every layout of kallsyms, every compressor, both sides of each bound, and what is no image.
import test from 'ava';
import fc from 'fast-check';
import { readImage } from '../../../src/kernels/image/read.ts';
import { InputError } from '../../../src/lib/input-error.ts';
import { BANNER, bzImage, COMPRESS, TEXT, tinyElf } from './helpers/tiny-image.ts';

const BASE = {
  name: '6.1',
  image: {
    earlyPages: { onBootNode: 1, interleaved: 2, perCpu: 3, perCpuOnBootNode: 4 },
    sizeofIoTlbSlot: 24,
    sizeofIoTlbArea: 16,
  },
};
const read = (data: Uint8Array, files: Parameters<typeof readImage>[2] = {}) =>
  readImage(data, 'k', files, BASE);

for (const layout of ['offsets first', 'offsets last', 'places'] as const)
  test(`kallsyms with ${layout}: sizes, call sites and parameters are read`, async (t) => {
    const { image, config, release } = await read(tinyElf({ layout }));
    t.is(image.banner, BANNER);
    t.is(release, '6.5.0-tiny');
    t.like(image, {
      textStart: TEXT,
      endOfKernelReserve: TEXT + 0xf800,
      imageEnd: TEXT + 0x10000,
      realModeSize: 0x1000,
      codeK: 7, // 0x1f00 bytes
      rwdataK: 2,
      rodataK: 44,
      initK: 4,
      bssK: 2,
      percpuStatic: 0x400,
    });
    // no lock prefixes, as since 7.3
    t.deepEqual(image.freedParts, [
      { start: 0, end: 0 },
      { start: TEXT + 0xe000, end: TEXT + 0xf000 },
    ]);
    t.deepEqual(image.params, {
      early: ['mem'],
      setup: ['console=', 'ro'],
      wholeSetup: ['ro'],
      core: ['panic'],
    });
    // the second call is of a function that jumps on: its caller's return address is what is printed
    t.deepEqual(image.callSites, {
      'setup_arch/0x100': '0x15 memblock_reserve, 0x25 memblock_reserve via:reserves_by_jump',
    });
    t.is(config.hz, 300);
    t.true(config.initOnAlloc);
    t.false(config.x86FiveLevel);
  });

for (const compressor of ['gzip', 'xz', 'lz4', 'none'] as const)
  test(`a bzImage compressed with ${compressor}: the same, with the header's sizes`, async (t) => {
    const { image, sources } = await read(bzImage(COMPRESS[compressor](tinyElf())));
    t.like(image, { banner: BANNER, initSize: 0x20000, kernelAlignment: 0x200000 });
    t.is(sources?.['image.initSize'], undefined);
    t.true((await read(tinyElf())).sources?.['image.initSize']?.startsWith('assumed'));
  });

test('each damaged byte of a checked stream is found', async (t) => {
  const packed = COMPRESS.xz(tinyElf());
  const at = 30_000;
  packed[at] = (packed[at] ?? 0) ^ 1;
  const error = await t.throwsAsync(read(bzImage(packed)), { instanceOf: InputError });
  t.is(error?.message, 'k: xz stream: wrong checksum: the image is damaged');
});

for (const compressor of ['gzip', 'xz', 'lz4', 'none'] as const)
  test(`an image cut off anywhere says so in one line: ${compressor}`, async (t) => {
    const whole = bzImage(COMPRESS[compressor](tinyElf()));
    for (let size = 0; size < whole.length; size += 1 + Math.floor(whole.length / 40)) {
      const error = await t.throwsAsync(read(whole.slice(0, size)), { instanceOf: InputError });
      t.regex(error?.message ?? '', /^k: .+$/);
    }
    // the payload alone is cut, and the header says so: then the compressor has to find it
    const packed = COMPRESS[compressor](tinyElf());
    for (let size = 8; size < packed.length - 4; size += 1 + Math.floor(packed.length / 20)) {
      const cut = new Uint8Array([...packed.slice(0, size), ...packed.slice(-4)]);
      await t.throwsAsync(read(bzImage(cut)), { instanceOf: InputError });
    }
  });

const REFUSED: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
  [
    'noise',
    () => Uint8Array.from({ length: 9000 }, (_, i) => (i * 7919) % 251),
    /neither a bzImage nor an ELF file/,
  ],
  ['nothing', () => new Uint8Array(0), /neither a bzImage nor an ELF file/],
  [
    'another architecture',
    () => tinyElf({ machine: 183 }),
    /machine 183: expected little-endian x86-64 \(class 2, machine 62\) or i386/,
  ],
  [
    'protocol 2.9',
    () => bzImage(COMPRESS.gzip(tinyElf()), (h) => h.setUint16(0x206, 0x209, true)),
    /protocol 2\.09: expected 2\.10/,
  ],
  [
    '32 bits',
    () => bzImage(COMPRESS.gzip(tinyElf()), (h) => h.setUint16(0x236, 0, true)),
    /no 64-bit entry point: expected the header of the 64-bit kernel in it/,
  ],
  [
    'a payload beyond the file',
    () => bzImage(COMPRESS.gzip(tinyElf()), (h) => h.setUint32(0x24c, h.getUint32(0x24c, true) + 1, true)),
    /payload of \d+ bytes at 2560: expected it inside/,
  ],
  [
    'no payload',
    () => bzImage(COMPRESS.gzip(tinyElf()), (h) => h.setUint32(0x24c, 0, true)),
    /payload of 0 bytes/,
  ],
  [
    'huge by its header',
    () => bzImage(COMPRESS.lz4(tinyElf()), (h) => h.setUint32(h.byteLength - 4, 256 * 1024 * 1024 + 1, true)),
    /uncompressed size 268435457: expected 64 to 268435456/,
  ],
  [
    'larger than its header says',
    () => bzImage(COMPRESS.gzip(tinyElf()), (h) => h.setUint32(h.byteLength - 4, 1000, true)),
    /gzip stream: /,
  ],
  [
    'bzip2',
    () => bzImage(new TextEncoder().encode('BZh91AY&SY bytes')),
    /compressed with bzip2: expected gzip/,
  ],
  [
    'encrypted',
    () => bzImage(Uint8Array.from({ length: 4000 }, (_, i) => (i * 31 + 7) % 256)),
    /wrong payload, or encrypted/,
  ],
  [
    'gzip without a kernel in it',
    () => bzImage(COMPRESS.gzip(new Uint8Array(500))),
    /expected an ELF file in it/,
  ],
];
for (const [what, image, message] of REFUSED)
  test(`refused: ${what}`, async (t) => {
    const error = await t.throwsAsync(read(image()), { instanceOf: InputError });
    t.regex(error?.message ?? '', message);
    t.notRegex(error?.message ?? '', /\n/);
    t.is(error instanceof InputError ? error.kind : '', 'image');
  });

test('a size of exactly the bound is no damage by itself: the data is', async (t) => {
  const image = bzImage(COMPRESS.lz4(tinyElf()), (h) => h.setUint32(h.byteLength - 4, 65536 * 2, true));
  const error = await t.throwsAsync(read(image), { instanceOf: InputError });
  t.regex(error?.message ?? '', /^k: lz4 /);
});

test('fuzzed images are read or refused, and nothing else', async (t) => {
  const whole = tinyElf({ layout: 'offsets last' });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 30 }),
      fc.constantFrom('elf', 'gzip', 'lz4'),
      async (changes, form) => {
        const data =
          form === 'elf' ? whole.slice() : bzImage(COMPRESS[form === 'gzip' ? 'gzip' : 'lz4'](whole));
        for (const [at, value] of changes) data[at % data.length] = value;
        try {
          await read(data);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      },
    ),
    { numRuns: 150 },
  );
  t.pass();
});

test('a configuration beside the image: used, and refused where it is of another kernel', async (t) => {
  const config = (text: string) => ({ config: { name: 'config-x', text } });
  const of = 'CONFIG_X86_64=y\nCONFIG_HZ=1000\nCONFIG_NODES_SHIFT=6\n# CONFIG_ZONE_DMA is not set\n';
  const { config: known, sources } = await read(tinyElf(), config(of));
  t.like(known, { hz: 1000, maxNumnodes: 64, zoneDma: false, initOnAlloc: false });
  t.is(sources?.['config.hz'], 'config file config-x');
  const salt = await t.throwsAsync(read(tinyElf(), config(`${of}CONFIG_BUILD_SALT="6.9.0"\n`)));
  t.is(salt?.message, 'k: config-x: configuration of 6.9.0: expected that of 6.5.0-tiny');
  const arm = await t.throwsAsync(read(tinyElf(), config('CONFIG_ARM64=y\n')));
  t.regex(arm?.message ?? '', /config-x: 1 options: expected a kernel configuration for x86-64/);
});

test('a System.map: taken where it agrees, refused where it does not', async (t) => {
  const map = (text: string) => ({ systemMap: { name: 'System.map', text } });
  const line = (at: string, name: string) => `ffffffff8${at} T ${name}\n`;
  const good = line('1000000', '_text') + line('1010000', '_end');
  t.is((await read(tinyElf(), map(good))).image.textStart, TEXT);
  const other = await t.throwsAsync(read(tinyElf(), map(line('1000000', '_text') + line('1010008', '_end'))));
  t.is(
    other?.message,
    'k: System.map: _end at 0xffffffff81010008: expected 0xffffffff81010000, where the image has it',
  );
  const moved = await t.throwsAsync(read(tinyElf(), map(line('2000000', '_text'))));
  t.regex(moved?.message ?? '', /_text is not where the image has it/);
  const debian = 'ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package\n';
  const placeholder = await t.throwsAsync(read(tinyElf(), map(debian)));
  t.regex(
    placeholder?.message ?? '',
    /System\.map:1: "ffffffffffffffff B The real .*expected an address, a letter and a name/,
  );
});
