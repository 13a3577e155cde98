// images/linux.bin under QEMU with images that are no kernel: what it loads where, what it answers, and why it gives up.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { FwCfgFile } from '../../src/board/fw-cfg.ts';
import { loaderFiles } from '../../src/judge/loader-files.ts';
import type { MapEntryDescription } from '../../src/machine/spec/description.ts';
import type { Placed } from '../../src/machine/spec.ts';
import { toBoardConfig } from '../../src/machine/spec/to-board.ts';
import { fakeBzImage, SIGNAL_AND_STOP, type FakeImage } from './helpers/bzimage.ts';
import { machine } from './helpers/machine.ts';
import { haveQemu64 } from './helpers/qemu.ts';

const LOADER = fileURLToPath(new URL('../../images/linux.bin', import.meta.url));
const GAVE_UP = 35;
const DONE = 33;

interface Setup {
  readonly map?: readonly MapEntryDescription[];
  readonly image?: FakeImage;
  readonly kernel?: Uint8Array;
  readonly initrdAt?: number;
  readonly tables?: readonly Placed[];
  readonly leaveOut?: string;
  readonly params?: Uint8Array;
  readonly args?: readonly string[];
}

/** Runs the loader; QEMU's exit status and what COM1 printed. */
function run(setup: Setup): { readonly status: number | null; readonly serial: string } {
  const config = toBoardConfig(
    machine({ cmdline: 'a=b', ...(setup.map && { map: setup.map }), acpi: { at: 0x20000000 } }),
  );
  const files = loaderFiles(config, {
    places: { image: 0x1000000, initrd: setup.initrdAt ?? 0x7000000 },
    kernel: setup.kernel ?? fakeBzImage(setup.image),
    initrd: new TextEncoder().encode('INITRD!!'),
    tables: setup.tables ?? [],
    params: setup.params,
  }).filter((file: FwCfgFile) => !file.name.endsWith(`/${setup.leaveOut ?? '-'}`));
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-loader-'));
  try {
    const args = files.flatMap(({ name, bytes }) => {
      const path = join(folder, name.slice(name.lastIndexOf('/') + 1));
      writeFileSync(path, bytes);
      return ['-fw_cfg', `name=${name},file=${path}`];
    });
    const done = spawnSync(
      'qemu-system-x86_64',
      [
        ...['-nodefaults', '-display', 'none', '-accel', 'tcg', '-no-reboot', '-bios', LOADER],
        ...['-m', '768M', '-device', 'isa-debug-exit,iobase=0xf4', '-serial', 'stdio'],
        ...(setup.args ?? ['-M', 'q35']),
        ...args,
      ],
      { encoding: 'latin1', timeout: 120_000 },
    );
    return { status: done.status, serial: done.stdout };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const RAM: readonly MapEntryDescription[] = [
  { start: 0, size: '639K', type: 'usable' },
  { start: '1M', end: 0x1fffffff, type: 'usable' },
];
const EXPECTED = 'earlyboot loader 1\r\nearlyboot: starting Linux\r\n';

/** Machine code that compares 32 bits of memory with a value through GS and signals 0x10 where all are right, else 0x22. */
function check(words: readonly (readonly [number, number])[]): number[] {
  const code: number[] = [];
  const le = (value: number, bytes: number) =>
    Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
  for (const [address, value] of words) {
    code.push(0xb8, ...le(address >>> 4, 2), 0x8e, 0xe8); // mov ax, segment; mov gs, ax
    code.push(0x65, 0x66, 0x81, 0x3e, ...le(address & 15, 2), ...le(value, 4)); // cmp dword [gs:offset], value
    code.push(0x74, 0x05, 0xb0, 0x22, 0xe6, 0xf4, 0xf4); // je +5; mov al, 0x22; out 0xf4, al; hlt
  }
  return [...code, ...SIGNAL_AND_STOP];
}

const withQemu = haveQemu64() && existsSync(LOADER) ? test : test.skip;

for (const args of [
  ['-M', 'q35'],
  ['-M', 'pc'],
  ['-M', 'q35', '-smp', '3'],
])
  withQemu(
    `setup starts at 0x10200 with its header filled in and tables in the BIOS area: ${args.join(' ')}`,
    (t) => {
      const tables = [{ address: 0xf0100, bytes: Uint8Array.of(0x78, 0x56, 0x34, 0x12), what: 'mark' }];
      const setup = check([
        [0x10210, 0x0000_81ff], // type_of_loader, LOADED_HIGH and CAN_USE_HEAP
        [0x10214, 0x0100_0000], // code32_start
        [0x10218, 0x0700_0000], // initrd
        [0x1021c, 8],
        [0x10228, 0x20000],
        [0x20000, 0x623d61], // "a=b" and a zero
        [0xf0100, 0x12345678], // there is RAM behind the BIOS area
      ]);
      const done = run({ args, tables, image: { setup } });
      t.deepEqual(done, { status: DONE, serial: EXPECTED });
    },
  );

withQemu('with a struct boot_params the kernel starts at its 32-bit entry, in flat segments', (t) => {
  const le = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
  const else22 = [0x74, 0x05, 0xb0, 0x22, 0xe6, 0xf4, 0xf4]; // je +5; mov al, 0x22; out 0xf4, al; hlt
  const entry = [
    ...[0x81, 0xfe, ...le(0x10000), ...else22], // cmp esi, boot_params
    ...[0x66, 0x8c, 0xc8, 0x66, 0x3d, 0x10, 0x00, ...else22], // mov ax, cs; cmp ax, 0x10
    ...[0x66, 0x8c, 0xd8, 0x66, 0x3d, 0x18, 0x00, ...else22], // mov ax, ds; cmp ax, 0x18
    ...[0x81, 0x3e, ...le(0xcafef00d), ...else22], // cmp dword [esi], …: the file's own bytes
    ...[0x81, 0xbe, ...le(0x218), ...le(0x7000000), ...else22], // ramdisk_image
    ...[0x81, 0xbe, ...le(0x228), ...le(0x20000), ...else22], // cmd_line_ptr
    ...SIGNAL_AND_STOP,
  ];
  const image = { entry, setup: [0xf4] };
  const params = new Uint8Array(4096);
  params.set(le(0xcafef00d));
  params.set(fakeBzImage(image).subarray(0x1f1, 0x268), 0x1f1);
  t.deepEqual(run({ image, params }), { status: DONE, serial: EXPECTED });
  const short = run({ image, params: params.subarray(1) });
  t.is(short.status, GAVE_UP);
  t.regex(
    short.serial,
    /cannot boot: the file opt\/earlyboot\/params is no struct boot_params of 4096 bytes/,
  );
});

const GIVES_UP: readonly (readonly [string, Setup, string])[] = [
  ['no map', { leaveOut: 'e820' }, 'no map (fw_cfg file opt/earlyboot/e820)'],
  ['no kernel', { leaveOut: 'kernel' }, 'no kernel (fw_cfg file opt/earlyboot/kernel)'],
  ['no addresses', { leaveOut: 'load' }, 'no addresses (fw_cfg file opt/earlyboot/load)'],
  ['not an image', { kernel: new Uint8Array(8192) }, 'the kernel is no bzImage'],
  ['too short for one', { kernel: new Uint8Array(512) }, 'the kernel is no bzImage'],
  ['an old one', { image: { version: 0x209 } }, 'the kernel is older than boot protocol 2.10, or no bzImage'],
  ['cut off by a byte', { kernel: fakeBzImage().subarray(0, -1) }, 'the kernel image is cut off'],
  [
    'a byte of another type in what the image needs',
    { map: [...RAM, { start: 0x10fffff, size: 1, type: 'reserved' }] },
    'the kernel image and what it needs are not in usable memory',
  ],
  [
    'memory that ends a byte early',
    { map: [RAM[0] as MapEntryDescription, { start: '1M', end: 0x10ffffe, type: 'usable' }] },
    'the kernel image and what it needs are not in usable memory',
  ],
  ['the initrd behind memory', { initrdAt: 0x1ffffff9 }, 'the initrd is not in usable memory'],
  ['the initrd on the image', { initrdAt: 0x10fffff }, 'the initrd lies on the kernel image'],
  [
    'a table on the image',
    { tables: [{ address: 0x10fffff, bytes: Uint8Array.of(1), what: 'x' }] },
    'a table lies on the kernel image',
  ],
  [
    'a table on the initrd',
    { tables: [{ address: 0x7000007, bytes: Uint8Array.of(1), what: 'x' }] },
    'a table lies on the initrd',
  ],
  [
    'too little base memory',
    { map: [{ start: 0, end: 0x61fff - 1024, type: 'usable' }, RAM[1] as MapEntryDescription] },
    'base memory ends below 0x62000: no room for setup code and loader',
  ],
];

for (const [what, setup, line] of GIVES_UP)
  withQemu(`the loader gives up with a line: ${what}`, (t) => {
    t.deepEqual(run(setup), {
      status: GAVE_UP,
      serial: `earlyboot loader 1\r\nearlyboot: cannot boot: ${line}\r\n`,
    });
  });

withQemu('the other side of each edge starts: pieces in any order, neighbours that touch', (t) => {
  const map: MapEntryDescription[] = [
    { start: 0x7000000, end: 0x1fffffff, type: 'usable' },
    { start: 0x1100000, size: 16, type: 'reserved' }, // right behind what the image needs
    { start: 0x1080000, end: 0x10fffff, type: 'usable' },
    { start: 0, end: 0x61fff, type: 'usable' },
    { start: '1M', end: 0x107ffff, type: 'usable' },
  ];
  const tables = [
    { address: 0x1100000, bytes: Uint8Array.of(1), what: 'behind the image' },
    { address: 0x6ffffff, bytes: Uint8Array.of(1), what: 'before the initrd' },
    { address: 0x7000008, bytes: Uint8Array.of(1), what: 'behind the initrd' },
  ];
  t.deepEqual(run({ map, tables }), { status: DONE, serial: EXPECTED });
});
