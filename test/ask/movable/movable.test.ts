// What the kernel can use of each node, and what can be added: figures by hand on a drawn machine.
import test from 'ava';
import { movableMemory } from '../../../src/ask/movable/movable.ts';
import { DEFAULT_BOOT, bootMachine } from '../../../src/boot/machine.ts';
import { GiB, MiB } from '../../../src/lib/units.ts';
import type { MachineDescription } from '../../../src/machine/spec/description.ts';
import { loadDescription } from '../../../src/machine/spec/load.ts';
import { cli } from '../../helpers/cli.ts';

/** Two nodes of 4 GiB, the second hot-pluggable, and 8 GiB of addresses kept for more. */
const DRAWN: MachineDescription = {
  name: 'drawn',
  map: [
    { start: 0, size: 0x9f000, type: 'usable' },
    { start: MiB, size: 2047 * MiB, type: 'usable' },
    { start: 2 * GiB, size: MiB, type: 'ACPI data' },
    { start: 4 * GiB, size: 6 * GiB, type: 'usable' },
  ],
  cpus: 2,
  cpu: { la57: false },
  nodes: [
    {
      cpus: 0,
      memory: [
        { start: 0, size: 2 * GiB },
        { start: 4 * GiB, size: 2 * GiB },
      ],
    },
    {
      cpus: 1,
      memory: [
        { start: 6 * GiB, size: 4 * GiB, hotplug: true },
        { start: 16 * GiB, size: 8 * GiB, hotplug: true },
      ],
    },
  ],
};

async function ask(append: string) {
  const spec = await loadDescription(JSON.stringify(DRAWN), 'x.json', () =>
    Promise.reject(new Error('no files')),
  );
  return movableMemory(await bootMachine(spec, { ...DEFAULT_BOOT, cmdline: append, kernel: '6.1' }));
}

test('without a parameter all is the kernel’s; hot-pluggable memory and addresses are told', async (t) => {
  const { nodes, movableBytes, room, kernelBytes } = await ask('');
  // page 0 and 640 KiB to 1 MiB are no memory; 0x9f000 is below
  const first = 4 * GiB - MiB + 0x9f000 - 0x1000;
  t.like(nodes[0], {
    node: 0,
    cpus: 1,
    presentBytes: first,
    kernelBytes: first,
    movableBytes: 0,
    hotplugBytes: 0,
  });
  t.like(nodes[1], { node: 1, presentBytes: 4 * GiB, hotplugBytes: 4 * GiB, movableStart: null });
  t.is(movableBytes, 0);
  t.is(room.sratBytes, 8 * GiB);
  t.is(room.autoMovableBytes, Math.floor(kernelBytes * 3.01));
});

test('movable_node: the hot-pluggable node is movable, and the room shrinks', async (t) => {
  const free = await ask('');
  const { nodes, kernelBytes, movableBytes, room, kernelFreeBytes } = await ask('movable_node');
  t.like(nodes[1], { kernelBytes: 0, movableBytes: 4 * GiB, movableStart: 6 * GiB });
  t.is(movableBytes, 4 * GiB);
  t.is(room.autoMovableBytes, Math.floor(kernelBytes * 3.01 - 4 * GiB));
  t.true(room.structPagesBytes < free.room.structPagesBytes);
  // 1/64 for struct pages and 4 KiB a GiB for tables use up all that is left, within a page for each
  t.true(Math.abs(room.structPagesBytes / 64 + room.structPagesBytes / 2 ** 18 - kernelFreeBytes) < 4096);
});

test('kernelcore= and movablecore= say what the kernel has', async (t) => {
  const { kernelBytes, movableBytes } = await ask('movablecore=3G');
  t.true(Math.abs(movableBytes - 3 * GiB) < 64 * MiB, String(movableBytes));
  t.is(kernelBytes + movableBytes, (await ask('')).kernelBytes);
});

test('the command prints JSON, and takes nothing beside it', async (t) => {
  const { code, stdout } = await cli(['explain', 'tiny-512m', '--movable', '--json']);
  t.is(code, 0);
  const json: unknown = JSON.parse(stdout);
  t.like(json, { version: 1, machine: 'tiny-512m', movableBytes: 0 });
  t.is((await cli(['explain', 'tiny-512m', '0x1000', '--movable'])).code, 2);
  t.is((await cli(['explain', 'tiny-512m', '0x1000', '--reserved'])).code, 2);
  t.regex(
    (await cli(['explain', 'tiny-512m'])).stderr,
    /expected an address, an owner, a symbol, --reserved or --movable/,
  );
});
