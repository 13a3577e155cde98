// Which parts of the image come back. Debian's 6.1.0-56 says "Freeing SMP alternatives memory: 36K", nine pages, where it does.
import test from 'ava';
import { bootMachine, DEFAULT_BOOT } from '../../../src/boot/machine.ts';
import type { MachineDescription } from '../../../src/machine/spec/description.ts';
import { normalise } from '../../../src/machine/spec/normalise.ts';

const SMP_ALTERNATIVES_PAGES = 9;

async function managed(cpus: MachineDescription['cpus'], cmdline = ''): Promise<number> {
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
  const record = await bootMachine(spec, { ...DEFAULT_BOOT, cmdline, kernel: '6.1' });
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
