// Which parts of the image come back. Debian's 6.1.0-56 says "Freeing SMP alternatives memory: 36K", nine pages, where it does.
import test from 'ava';
import { bootMachine, DEFAULT_BOOT } from '../../../src/boot/machine.ts';
import type { MachineDescription } from '../../../src/machine/spec/description.ts';
import { normalise } from '../../../src/machine/spec/normalise.ts';

const SMP_ALTERNATIVES_PAGES = 9;
/** /proc/zoneinfo: DMA, DMA32, Normal. */
const REAL_7_3 = [3584, 455_224, 35_846];

async function managed(cpus: MachineDescription['cpus'], cmdline = '', kernel = '6.1'): Promise<number> {
  const spec = normalise(
    {
      name: 'm',
      map: [
        { start: 0, size: '639K', type: 'usable' },
        { start: '1M', size: '511M', type: 'usable' },
        { start: '512M', size: '64K', type: 'ACPI data' },
      ],
      cpus,
    },
    { kind: 'description', path: 'm' },
  );
  const record = await bootMachine(spec, { ...DEFAULT_BOOT, cmdline, kernel });
  return record.zones.reduce((sum, zone) => sum + zone.managedPages, 0);
}

test('lock prefixes stay where one CPU runs and others may come (a real boot with maxcpus=1 had nine pages less)', async (t) => {
  const two = await managed(2);
  t.is(await managed(2, 'maxcpus=1'), two - SMP_ALTERNATIVES_PAGES);
  t.is(await managed(2, 'maxcpus=2'), two);
  t.is(await managed(2, 'maxcpus=1 noreplace-smp'), two);
});

test('one CPU with room for another keeps them too; one alone does not', async (t) => {
  const one = await managed(1);
  const hotplug = await managed({ sockets: 2, hotplug: 1 });
  // the MADT's further entry lies in reserved memory: nothing else differs but what per-CPU areas take before anything is managed
  const possible = await managed({ sockets: 2, hotplug: 1 }, 'possible_cpus=1');
  t.is(hotplug + SMP_ALTERNATIVES_PAGES - possible, (await managed(2)) - one);
});

test('7.3 has no lock prefixes to keep: with maxcpus=1 all comes back as with two', async (t) => {
  t.is(await managed(2, 'maxcpus=1', '7.3'), await managed(2, '', '7.3'));
  // 7.2 still has: 48 KiB
  t.is(await managed(2, 'maxcpus=1', '7.2'), (await managed(2, '', '7.2')) - 12);
});

test('7.3.4 with maxcpus=1 gave back 2028K of unused decrypted memory: managed pages of its zones', async (t) => {
  const spec = normalise(
    {
      name: 'm',
      map: [
        { start: 0xf0000, end: 0xfffff, type: 'reserved' },
        { start: 0x100000000, end: 0x140a89bff, type: 'usable' },
        { start: 0x2bb35000, end: 0x33b34fff, type: 'soft reserved' },
        { start: 0x78000000, end: 0x7800ffff, type: 'ACPI data' },
        { start: 0x1558f9000, end: 0x158bf8fff, type: 'ACPI NVS' },
        { start: 0x15e800000, end: 0x1667fffff, type: 'ACPI NVS' },
        { start: 0x174400000, end: 0x1744fffff, type: 'reserved' },
        { start: 0, end: 0x8efff, type: 'usable' },
        { start: 0x200000, end: 0x3d945fff, type: 'usable' },
        { start: 0x5d456000, end: 0x7effffff, type: 'usable' },
        { start: 0x3d946000, end: 0x535d7fff, type: 'usable' },
        { start: 0x537d8000, end: 0x5d455fff, type: 'usable' },
        { start: 0x140a8ac00, end: 0x180001000, type: 'usable' },
      ],
      acpi: { rsdp: 0xf59c0, hpet: true, mcfg: 0xe0000000, waet: false, srat: true },
      cpus: 4,
      cpu: { vendor: 'AuthenticAMD', la57: false, pdpe1gb: false, physBits: 40 },
      initrd: { image: 0x7efff000, size: 0xc50 },
    },
    { kind: 'description', path: 'm' },
  );
  const cmdline =
    'ignore_loglevel console=ttyS0 earlyprintk=ttyS0,115200 memblock=debug panic=-1 nokaslr no_timer_check maxcpus=1 mem=4277M';
  const record = await bootMachine(spec, { ...DEFAULT_BOOT, cmdline, kernel: '7.3' });
  t.deepEqual(
    record.zones.map(({ managedPages }) => managedPages),
    REAL_7_3,
  );
});
