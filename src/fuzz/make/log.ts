// Kernel logs that make sense, more or less: the lines that an import reads, in every format, behind every prefix.
import type { Dice } from '../../lib/dice.ts';
import { acpiLine, acpiLines, sratCpu, sratLines, sratMemory } from './log-tables.ts';
import { hexAddress, number, text } from './values.ts';

const PREFIXES: readonly ((i: number) => string)[] = [
  () => '',
  (i) => `[    0.00${String(i % 10000).padStart(4, '0')}] `,
  (i) => `<6>[    0.00${String(i % 10000).padStart(4, '0')}] `,
  (i) => `kern  :info  : [    0.00${String(i % 10000).padStart(4, '0')}] `,
  () => '[    0.000000][    T0] ',
  () => '[Sun Nov 29 10:00:00 2026] ',
  () => 'Nov 29 10:00:00 host kernel: ',
  () => 'Nov 29 10:00:00 host kernel: [    0.000000] ',
  () => '2026-11-29T10:00:00.000000+00:00 host kernel: ',
  () => '2026-11-29T10:00:00,000000+00:00 ',
  () => '[  +0.000000] ',
  () => '[    0.000000 <    0.000000>] ',
  () => '20:55:42,615 INFO kernel:',
  () => '6,12,345,-;',
  () => '> > [    0.000000] ',
  () => '    ',
];
/** What becomes of the lines of a log where it is no plain text. */
const WRAPPERS: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => JSON.stringify({ _TRANSPORT: 'kernel', MESSAGE: line }),
  (line) => `         "msg": ${JSON.stringify(line)}`,
  (line) => `${line.replaceAll('>', '&gt;')}<br>`,
  (line) => line.replace(/^(.{60}\S*) /, '$1\n'),
  (line) => `\x1b[32m${line}\x1b[0m`,
];
const TYPES = [
  'usable',
  'usable',
  'reserved',
  'ACPI data',
  'ACPI NVS',
  'unusable',
  'persistent (type 12)',
  'type 20',
  'soft reserved',
  'System RAM',
  'device reserved',
];
const ODD_TYPES = [
  'constructor',
  '__proto__',
  'toString',
  'type 99999999999',
  'type',
  '',
  'persistent',
  'usable x',
];
const MiB = 2 ** 20;
const LINE_MAKERS: readonly ((dice: Dice) => string)[] = [
  odd,
  e820,
  acpiLine,
  sratCpu,
  sratMemory,
  efiLine,
  reservation,
];

/** A log of one boot, sometimes of several. */
export function logText(dice: Dice): string {
  const prefix = dice.pick(PREFIXES);
  const wrapper = dice.oneIn(4) ? dice.pick(WRAPPERS) : (line: string): string => line;
  const boots = dice.oneIn(12) ? 2 : 1;
  const lines = dice.times(boots, () => bootLines(dice)).flat();
  const end = dice.oneIn(12) ? '\r\n' : '\n';
  return `${dice.oneIn(30) ? '\ufeff' : ''}${lines.map((line, i) => wrapper(prefix(i) + line)).join(end)}${end}`;
}

function bootLines(dice: Dice): string[] {
  const low = dice.between(64, 3000) * MiB;
  const end = 2 ** 32 + dice.between(1, 30_000) * MiB;
  const hex = (value: number): string => value.toString(16).padStart(16, '0');
  const old = dice.oneIn(12);
  const entry = (start: number, last: number, type: string): string =>
    old
      ? `BIOS-e820: ${hex(start)} - ${hex(last + 1)} (${type})`
      : `BIOS-e820: [mem 0x${hex(start)}-0x${hex(last)}] ${type}`;
  const cpus = dice.between(1, 12);
  const nodes = dice.between(1, 3);
  return [
    `Linux version ${dice.pick(['6.1.0-56-amd64', '5.10.0-1', '7.2.0', '2.6.18', '6.12', '99.99'])} (debian-kernel@lists.debian.org) #1 SMP`,
    `Command line: BOOT_IMAGE=/vmlinuz root=/dev/sda1 ${dice.pick(['nokaslr', 'mem=1G', 'numa=fake=4', 'memblock=debug', ''])}`,
    'BIOS-provided physical RAM map:',
    entry(0, 0x9fbff, 'usable'),
    entry(0x9fc00, 0x9ffff, 'reserved'),
    entry(0xf0000, 0xfffff, 'reserved'),
    entry(MiB, low - 1, 'usable'),
    entry(low, low + 4 * MiB - 1, dice.pick(['reserved', 'ACPI data'])),
    ...(dice.oneIn(5) ? [] : [entry(2 ** 32, end - 1, 'usable')]),
    ...dice.times(dice.below(4), () => e820(dice)),
    ...(dice.oneIn(4) ? dice.times(dice.between(1, 6), () => efiLine(dice)) : []),
    'SMBIOS 2.8 present.',
    `DMI: QEMU Standard PC (Q35 + ICH9, 2009), BIOS ${dice.pick(['1.16.2-debian-1.16.2-1', '1.0'])} 04/01/2014`,
    ...(dice.oneIn(2) ? ['found SMP MP-table at [mem 0x000f5ba0-0x000f5baf]'] : []),
    ...(dice.oneIn(2) ? [`RAMDISK: [mem 0x3f5c0000-0x${hexAddress(dice, 8)}]`] : []),
    ...acpiLines(dice, low),
    ...(dice.oneIn(2) ? sratLines(cpus, nodes, end) : []),
    ...dice.times(dice.below(3), () => dice.pick(LINE_MAKERS)(dice)),
    'smpboot: Allowing 4 CPUs, 0 hotplug CPUs',
    'node 0 deferred pages initialised in 16ms',
    'Run /init as init process',
  ];
}

function e820(dice: Dice): string {
  const type = dice.oneIn(12) ? dice.pick(ODD_TYPES) : dice.pick(TYPES);
  return `BIOS-e820: [mem 0x${hexAddress(dice, 16)}-0x${hexAddress(dice, 16)}] ${type}`;
}

const EFI_TYPES = [
  'Reserved',
  'Loader Code',
  'Boot Data',
  'Conventional Memory',
  'ACPI Reclaim',
  'constructor',
  'MMIO',
  'x',
];

function efiLine(dice: Dice): string {
  return dice.pick<() => string>([
    () => `efi: EFI v${number(dice)}.${number(dice)} by ${dice.pick(['EDK II', 'x', text(dice)])}`,
    () => 'efi: EFI v2.70 by EDK II',
    () => `efi: SMBIOS=0x${hexAddress(dice)} ACPI 2.0=0x${hexAddress(dice)} MEMATTR=0x${hexAddress(dice)} `,
    () =>
      `efi: mem0${dice.below(100)}: [${dice.pick(EFI_TYPES)}|   |  |${dice.oneIn(15) ? 'constructor' : ' '}|  |WB|WT|WC|UC] range=[0x${hexAddress(dice, 16)}-0x${hexAddress(dice, 16)}] (${dice.below(999)}MB)`,
  ])();
}

function reservation(dice: Dice): string {
  const caller = dice.pick([
    'efi_reserve_boot_services',
    'efi_memattr_init',
    'efi_memblock_x86_reserve_range',
    'setup_arch',
  ]);
  return `memblock_reserve: [0x${hexAddress(dice, 16)}-0x${hexAddress(dice, 16)}] ${caller}+0x1a/0x60`;
}

function odd(dice: Dice): string {
  return (
    dice.pick([
      'Linux version x',
      'BIOS-e820: ',
      'ACPI: ',
      'SRAT: ',
      'efi: ',
      'DMI: ',
      'Command line: ',
      'RAMDISK: ',
    ]) + text(dice)
  );
}
