// A description as a guest: what the model boots is what the real kernel gets.
import test from 'ava';
import { readBzImage } from '../../src/judge/bzimage.ts';
import { prepareGuest } from '../../src/judge/prepare.ts';
import { fakeBzImage } from './helpers/bzimage.ts';
import { machine } from './helpers/machine.ts';

const image = readBzImage(fakeBzImage(), 'vmlinuz');
const initrd = new Uint8Array(3000);
const prepare = (more: Parameters<typeof machine>[0] = {}) =>
  prepareGuest(machine({ acpi: { at: 0x20000000 }, ...more }), { image, initrd, accel: 'tcg' });

test('the initrd is ours to the byte, for both', (t) => {
  const guest = prepare({ initrd: { image: 0x7000000, size: 5000 }, cmdline: 'quiet' });
  t.deepEqual(guest.spec.initrd, { image: 0x7000000, size: 3000 });
  t.true(guest.spec.cmdline.endsWith(' quiet'));
  const cmdline = guest.files.find((file) => file.name === 'opt/earlyboot/cmdline');
  t.is(new TextDecoder().decode(cmdline?.bytes), guest.spec.cmdline);
  const load = guest.files.find((file) => file.name === 'opt/earlyboot/load');
  t.deepEqual([...(load?.bytes ?? [])], [0, 0, 0, 1, 0, 0, 0, 7]);
  t.true(guest.notes.some((note) => /initrd is judge's own/.test(note)));
});

test('SMBIOS where the description has a DMI line, clear of the RSDP', (t) => {
  t.false(prepare().tables.some((table) => /SMBIOS/.test(table.what)));
  const guest = prepare({ dmi: 'A B, BIOS 1 01/01/2020' });
  const entry = guest.tables.find((table) => table.what === 'SMBIOS entry point');
  t.is(entry?.address, 0xf0000);
});

test('many CPUs see a hypervisor, and the model is told', (t) => {
  const cpu = { hypervisor: null, x2apic: false };
  const few = prepare({ cpus: 8, cpu });
  t.is(few.spec.cpu.hypervisor, null);
  t.true(few.args.join(' ').includes('hypervisor=off'));
  const many = prepare({ cpus: 9, cpu });
  t.is(many.spec.cpu.hypervisor, 'TCGTCGTCGTCG');
  t.true(many.args.join(' ').includes('hypervisor=on'));
  t.is(many.notes.filter((note) => /hypervisor/.test(note)).length, 1);
});

test('the time that it may be silent grows with CPUs and memory', (t) => {
  t.is(prepare().silenceMs, 126_000); // 120 + 5 + 0.4 of half a GiB, rounded up
  t.is(prepare({ cpus: 4 }).silenceMs, 141_000);
});

test('what cannot be: a command line that is too long', (t) => {
  t.throws(() => prepare({ cmdline: 'a'.repeat(2048) }), {
    message: /characters: 6\.1\.0-56-amd64 takes 2047/,
  });
});
