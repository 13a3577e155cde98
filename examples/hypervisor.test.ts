// A hypervisor's memory layout, tested on what Linux makes of it: npx ava examples/hypervisor.test.ts
import { earlybootTest } from 'earlyboot/ava';
import { GiB, MiB, type MachineDescription } from 'earlyboot';

/** 3 GiB below the PCI hole, 5 GiB above 4 GiB, and two DIMM slots that can be filled later. */
const guest: MachineDescription = {
  name: 'my-hypervisor-8g',
  map: [
    { start: 0, size: '639K', type: 'usable' },
    { start: '639K', size: '1K', type: 'reserved' },
    { start: '0xf0000', size: '64K', type: 'reserved' },
    { start: '1M', end: '0xbffeffff', type: 'usable' },
    { start: '0xbfff0000', size: '64K', type: 'ACPI data' },
    { start: '0xfeffc000', size: '16K', type: 'reserved' },
    { start: '4G', size: '5G', type: 'usable' },
  ],
  cpus: 4,
  nodes: [
    {
      cpus: '0-3',
      memory: [
        { start: 0, size: '3G' },
        { start: '4G', size: '5G' },
        { start: '16G', size: '16G', hotplug: true },
      ],
    },
  ],
  cmdline: 'crashkernel=256M',
};

const test = earlybootTest();

test('nothing usable in the PCI hole', async (t) => {
  const { e820 } = await t.boot(guest);
  const usable = e820.filter(({ type }) => type === 1);
  t.false(usable.some(({ start, end }) => end >= 3 * GiB && start < 4 * GiB));
});

test('the crash kernel fits below 4 GiB', async (t) => {
  const boot = await t.boot(guest);
  const line = boot.log.find(({ text }) => text.startsWith('Reserving 256MB of memory at'));
  const start = Number(/at (\d+)MB/.exec(line?.text ?? '')?.[1]) * MiB;
  t.reserved(boot, { start, size: 256 * MiB }, { by: 'setup_arch' });
  t.true(start + 256 * MiB <= 3 * GiB);
});

test('slots for hotplug are announced, and no memory yet', async (t) => {
  const boot = await t.boot(guest);
  t.true(boot.log.some(({ text }) => /SRAT: Node 0 .* hotplug/.test(text)));
  t.is(boot.explain(20 * GiB).fate.kind, 'no-memory');
  t.zone(boot, 0, 'Normal', { startPfn: (4 * GiB) / 4096, presentPages: (5 * GiB) / 4096 });
});
