import test from 'ava';
import { Buffer } from 'node:buffer';
import { InputError } from '../../../src/lib/input-error.ts';
import { acpiBlobs, findRoom } from '../../../src/machine/acpi-build/build.ts';
import type { MachineDescription } from '../../../src/machine/spec/description.ts';
import { normalise } from '../../../src/machine/spec/normalise.ts';
import { toBoardConfig } from '../../../src/machine/spec/to-board.ts';
import { cpuidLeaves, MODERN_CPU } from '../../../src/machine/spec/cpuid.ts';
import { withCpuOption } from '../../../src/machine/spec/cpu-option.ts';

const GiB = 2 ** 30;
const origin = { kind: 'description', path: 'm.yaml' } as const;
const base: MachineDescription = {
  name: 'm',
  map: [
    { start: '1M', end: '0x3ffeffff', type: 'usable' },
    { start: '0x3fff0000', end: '0x3fffffff', type: 'reserved' },
  ],
};

function machine(extra: Partial<MachineDescription> = {}) {
  return normalise({ ...base, ...extra }, origin);
}

test('tables go into the reserved entry behind RAM, packed, the RSDP where scans find it', (t) => {
  const { blobs, rsdpAddr } = toBoardConfig(machine());
  t.is(rsdpAddr, null);
  t.deepEqual(
    blobs.map((b) => [b.what, b.address.toString(16)]),
    [
      ['ACPI RSDP', 'f59c0'],
      ['ACPI XSDT', '3fff0280'],
      ['ACPI FADT', '3fff0080'],
      ['ACPI DSDT', '3fff0040'],
      ['ACPI FACS', '3fff0000'],
      ['ACPI MADT', '3fff0180'],
      ['ACPI HPET', '3fff0200'],
      ['ACPI MCFG', '3fff0240'],
    ],
  );
  // no two of them overlap
  const sorted = blobs.toSorted((a, b) => a.address - b.address);
  sorted.forEach((blob, i) => {
    const next = sorted[i + 1];
    if (next) t.true(blob.address + blob.bytes.length <= next.address, blob.what);
  });
});

test('the root table names the others in order, FADT first; the FADT names FACS and DSDT', (t) => {
  const blobs = acpiBlobs(machine());
  const at = (what: string) =>
    blobs.find((b) => b.what === `ACPI ${what}`) ?? { address: -1, bytes: new Uint8Array() };
  const view = (what: string) => new DataView(at(what).bytes.buffer);
  const xsdt = view('XSDT');
  const listed = Array.from({ length: (xsdt.byteLength - 36) / 8 }, (_, i) =>
    Number(xsdt.getBigUint64(36 + 8 * i, true)),
  );
  t.deepEqual(
    listed,
    ['FADT', 'MADT', 'HPET', 'MCFG'].map((what) => at(what).address),
  );
  t.is(Number(view('RSDP').getBigUint64(24, true)), at('XSDT').address);
  t.is(view('FADT').getUint32(36, true), at('FACS').address);
  t.is(Number(view('FADT').getBigUint64(140, true)), at('DSDT').address);
});

test('an ACPI data entry is preferred; without room the complaint says what is missing', (t) => {
  const entry = (addr: number, size: number, type: number) => ({
    addr: BigInt(addr),
    size: BigInt(size),
    type,
  });
  const ram = entry(0x100000, GiB - 0x100000, 1);
  const behind = entry(GiB, 0x1000, 2);
  t.is(findRoom([ram, behind], 0x1000), GiB);
  t.is(findRoom([ram, behind, entry(GiB + 0x5000, 0x1000, 3)], 0x1000), GiB + 0x5000);
  const kind = (map: Parameters<typeof findRoom>[0], size: number) =>
    t.throws(() => findRoom(map, size), { instanceOf: InputError }).kind;
  t.is(kind([ram, behind], 0x1001), 'acpi');
  // reserved, but not behind RAM; and above 4 GiB
  t.is(kind([ram, entry(GiB + 0x1000, 0x1000, 2)], 0x1000), 'acpi');
  t.is(kind([entry(4 * GiB, GiB, 3)], 0x1000), 'acpi');
});

test('a map without RAM is bad input; memmap= may still bring some', (t) => {
  const without = (map: MachineDescription['map'], cmdline = '') =>
    toBoardConfig(normalise({ ...base, map, acpi: false, cmdline }, origin));
  const message = (map: MachineDescription['map']) =>
    t.throws(() => without(map), { instanceOf: InputError }).message;
  t.regex(message([]), /^m\.yaml: the firmware map is empty: expected/);
  t.regex(message([{ start: 0, size: '1G', type: 'reserved' }]), /the firmware map has no usable RAM/);
  t.regex(message([{ start: '1M', size: 0, type: 'usable' }]), /the firmware map has no usable RAM/);
  t.notThrows(() => without([], 'memmap=exactmap memmap=1G@1M'));
});

test('a machine without ACPI has no tables; an RSDP outside the scanned areas is handed over', (t) => {
  t.deepEqual(toBoardConfig(machine({ acpi: false })).blobs, []);
  const rsdpAddr = (rsdp: string) => toBoardConfig(machine({ acpi: { rsdp } })).rsdpAddr;
  t.is(rsdpAddr('0xe0000'), null);
  t.is(rsdpAddr('0xffff0'), null);
  t.is(rsdpAddr('0x9fc00'), null);
  t.is(rsdpAddr('0x3fff8000'), 0x3fff8000);
  t.is(rsdpAddr('0xd0000'), 0xd0000);
});

test('SRAT and SLIT come with nodes, and not without', (t) => {
  const nodes = [{ cpus: 0, memory: [{ start: 0, size: '1G' }] }];
  const whats = (extra: Partial<MachineDescription>) => acpiBlobs(machine(extra)).map((b) => b.what.slice(5));
  t.true(whats({ nodes, distances: [[10]] }).includes('SRAT'));
  t.true(whats({ nodes, distances: [[10]] }).includes('SLIT'));
  t.false(whats({ nodes }).includes('SLIT'));
  t.false(whats({ nodes, acpi: { srat: false } }).includes('SRAT'));
  t.false(whats({}).includes('SRAT'));
});

test('MP pointer and table stand where they are wanted', (t) => {
  const { blobs } = toBoardConfig(machine({ acpi: false, mpTable: { pointer: '0xf5ba0', cpus: 2 } }));
  t.deepEqual(
    blobs.map((b) => [b.what, b.address, b.bytes.length]),
    [
      ['MP floating pointer', 0xf5ba0, 16],
      ['MP table', 0xf5bb0, 220],
    ],
  );
});

test('CPUID leaves: the bits that early boot asks for', (t) => {
  const leaf = (n: number, cpu = MODERN_CPU) => cpuidLeaves(cpu).find((l) => l.leaf === n);
  const bit = (value: number | undefined, n: number) => ((value ?? 0) / 2 ** n) & 1;
  const poor = {
    ...MODERN_CPU,
    la57: false,
    pdpe1gb: false,
    physBits: 40,
    x2apic: false,
    hypervisor: 'KVMKVMKVM',
  };
  const vendor = leaf(0);
  const text = Buffer.from(
    Uint32Array.of(vendor?.ebx ?? 0, vendor?.edx ?? 0, vendor?.ecx ?? 0).buffer,
  ).toString('latin1');
  t.is(text, 'GenuineIntel');
  t.deepEqual([bit(leaf(7)?.ecx, 16), bit(leaf(7, poor)?.ecx, 16)], [1, 0]);
  t.deepEqual([bit(leaf(0x80000001)?.edx, 26), bit(leaf(0x80000001, poor)?.edx, 26)], [1, 0]);
  t.deepEqual([bit(leaf(1)?.ecx, 21), bit(leaf(1, poor)?.ecx, 21)], [1, 0]);
  t.deepEqual([bit(leaf(1)?.ecx, 31), bit(leaf(1, poor)?.ecx, 31)], [0, 1]);
  t.deepEqual([leaf(0x80000008)?.eax, leaf(0x80000008, poor)?.eax], [0x3934, 0x3028]);
  t.is(leaf(0x40000000), undefined);
  const signature = leaf(0x40000000, poor);
  t.is(
    Buffer.from(
      Uint32Array.of(signature?.ebx ?? 0, signature?.ecx ?? 0, signature?.edx ?? 0).buffer,
    ).toString('latin1'),
    'KVMKVMKVM\0\0\0',
  );
  // NX, long mode, PSE, PGE: without them no 64-bit kernel starts
  t.deepEqual(
    [
      bit(leaf(0x80000001)?.edx, 20),
      bit(leaf(0x80000001)?.edx, 29),
      bit(leaf(1)?.edx, 3),
      bit(leaf(1)?.edx, 13),
    ],
    [1, 1, 1, 1],
  );
});

test('--cpu changes features, and says what it takes', (t) => {
  t.deepEqual(withCpuOption(MODERN_CPU, 'la57=off,pdpe1gb=off,physbits=46'), {
    ...MODERN_CPU,
    la57: false,
    pdpe1gb: false,
    physBits: 46,
  });
  t.is(withCpuOption({ ...MODERN_CPU, la57: false }, 'la57').la57, true);
  t.is(withCpuOption(MODERN_CPU, 'hypervisor=KVMKVMKVM').hypervisor, 'KVMKVMKVM');
  for (const bad of ['', 'la58=on', 'la57=maybe', 'physbits=64', 'physbits=x', 'vendor=']) {
    const error = t.throws(() => withCpuOption(MODERN_CPU, bad), { instanceOf: InputError });
    t.regex(error.message, /^--cpu ".*": expected la57=on\|off/, bad);
  }
});
