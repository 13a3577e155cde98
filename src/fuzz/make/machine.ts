// Machine descriptions that make sense, more or less: maps with holes and overlaps, CPUs, nodes that share the memory.
import type { Dice } from '../../lib/dice.ts';
import type { Tree } from '../../lib/tree.ts';

const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** A description as plain data; most of them are taken. */
export function machineTree(dice: Dice): Tree {
  const lowMiB = dice.between(128, 3000);
  const nodes = dice.times(dice.between(1, 4), () => ({
    mib: dice.between(1, dice.pick([100, 20_000])),
    cpus: dice.below(9),
  }));
  const tree: { [key: string]: Tree } = {
    name: 'fuzz',
    map: mapOf(dice, lowMiB, nodes),
    cpus: cpusOf(dice, nodes),
  };
  if (!dice.oneIn(4)) {
    tree['nodes'] = nodesOf(dice, lowMiB, nodes);
    if (dice.oneIn(3)) tree['distances'] = nodes.map((_, i) => nodes.map((_node, j) => (i === j ? 10 : 21)));
  }
  if (dice.oneIn(3))
    tree['cmdline'] = dice.pick(['mem=1G', 'numa=off', 'memblock=debug', 'movablecore=64M', 'memmap=1M$2M']);
  if (dice.oneIn(4)) tree['kernel'] = dice.pick(['6.1', '5.10', '7.2', '2.6']);
  if (dice.oneIn(4)) tree['initrd'] = { image: '0x3000000', size: dice.pick(['1M', 12345, '0x1000', '64M']) };
  if (dice.oneIn(4))
    tree['mpTable'] = { pointer: dice.pick(['0xf5ba0', '0x9fc00']), cpus: dice.between(1, 40) };
  if (dice.oneIn(5))
    tree['cpu'] = { la57: dice.oneIn(2), physBits: dice.between(32, 52), pdpe1gb: dice.oneIn(2) };
  if (dice.oneIn(5)) tree['efi'] = efiOf(dice);
  if (dice.oneIn(5)) tree['dmi'] = 'QEMU Standard PC, BIOS 1.16.2-debian-1.16.2-1 04/01/2014';
  if (dice.oneIn(5))
    tree['timing'] = { cpu: dice.pick(['skylake', 'epyc', 'none']), pageInitNs: dice.below(100) };
  if (dice.oneIn(3)) tree['acpi'] = acpiOf(dice, lowMiB);
  return tree;
}

interface Node {
  readonly mib: number;
  readonly cpus: number;
}

function mapOf(dice: Dice, lowMiB: number, nodes: readonly Node[]): Tree {
  const end = nodes.reduce((sum, node) => sum + node.mib * MiB, 4 * GiB);
  const map: Tree[] = [
    { start: 0, size: '639K', type: 'usable' },
    { start: '639K', size: '1K', type: 'reserved' },
    { start: '0xf0000', size: '64K', type: 'reserved' },
    { start: '1M', end: lowMiB * MiB - 1, type: 'usable' },
    { start: lowMiB * MiB, size: '2M', type: dice.pick(['ACPI data', 'ACPI data', 'reserved', 'ACPI NVS']) },
    { start: '4G', end: end - 1, type: 'usable' },
  ];
  const holes = dice.times(dice.below(dice.oneIn(10) ? 150 : 6), () => ({
    start: dice.oneIn(2) ? dice.below(lowMiB) * MiB : 4 * GiB + dice.below(end / 4096 - 2 ** 20) * 4096,
    size: dice.pick([0, 1, 4096, 65536, 3 * MiB, 300 * MiB]),
    type: dice.pick(['reserved', 'usable', 'ACPI NVS', 'unusable', 'persistent', 'soft reserved', 20, 6]),
  }));
  return [...map, ...holes];
}

function cpusOf(dice: Dice, nodes: readonly Node[]): Tree {
  const count = Math.max(
    1,
    nodes.reduce((sum, node) => sum + node.cpus, 0),
  );
  return dice.pick<() => Tree>([
    () => count,
    () => dice.times(count, (i) => (dice.oneIn(9) ? { apicId: i * 2, enabled: dice.oneIn(2) } : i * 2)),
    () => ({
      sockets: 1,
      cores: count,
      threads: dice.between(1, 2),
      ...(dice.oneIn(2) ? { hotplug: dice.below(3) } : { order: 'siblings-last' }),
    }),
  ])();
}

function nodesOf(dice: Dice, lowMiB: number, nodes: readonly Node[]): Tree {
  let at = 4 * GiB;
  let cpu = 0;
  return nodes.map(({ mib, cpus }, i) => {
    const memory: Tree[] = [{ start: at, size: mib * MiB, ...(dice.oneIn(6) ? { hotplug: true } : {}) }];
    if (i === 0) memory.unshift({ start: 0, size: lowMiB * MiB });
    at += mib * MiB;
    const list = cpus === 0 ? {} : { cpus: `${cpu}-${cpu + cpus - 1}` };
    cpu += cpus;
    return { ...list, memory, ...(dice.oneIn(8) ? { pxm: i * 3 } : {}) };
  });
}

function efiOf(dice: Dice): Tree {
  return {
    revision: dice.pick(['2.70', '2.40', 131142]),
    vendor: 'fuzz',
    configTables: [{ name: 'ACPI 2.0', address: '0x8000000' }],
    memmap: dice.times(dice.below(5), (i) => ({
      type: dice.below(16),
      start: i * 16 * MiB,
      pages: dice.pick([0, 1, 4096]),
      attribute: '0xf',
    })),
  };
}

function acpiOf(dice: Dice, lowMiB: number): Tree {
  if (dice.oneIn(6)) return false;
  if (dice.oneIn(2))
    return {
      hpet: dice.oneIn(2),
      waet: dice.oneIn(2),
      srat: !dice.oneIn(3),
      mcfg: dice.pick([false, '0xb0000000']),
    };
  const at = lowMiB * MiB;
  return {
    rsdp: '0xf59c0',
    revision: dice.pick([0, 2]),
    oemId: 'BOCHS',
    root: { address: at, length: dice.pick([36, 60, 400]) },
    tables: dice.times(dice.below(6), (i) => ({
      address: at + 4096 * (i + 1),
      signature: dice.pick(['DSDT', 'FACP', 'FACS', 'SSDT', 'HPET', 'APIC', 'SRAT']),
      length: dice.pick([8, 36, 64, 276, 3000]),
    })),
  };
}
