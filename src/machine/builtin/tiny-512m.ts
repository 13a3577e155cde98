import type { MachineDescription } from '../spec/description.ts';

/** A small virtual machine: as SeaBIOS under QEMU's q35 reports one CPU and 512 MiB. */
export const machine: MachineDescription = {
  name: 'tiny-512m',
  about: 'a small virtual machine: 1 CPU, 512 MiB',
  synthetic: true,
  map: [
    { start: 0, size: '639K', type: 'usable' },
    { start: '639K', size: '1K', type: 'reserved' },
    { start: '0xf0000', size: '64K', type: 'reserved' },
    { start: '1M', end: '0x1ffdffff', type: 'usable' },
    { start: '0x1ffe0000', end: '0x1fffffff', type: 'reserved' },
    { start: '0xb0000000', size: '256M', type: 'reserved' },
    { start: '0xfed1c000', size: '16K', type: 'reserved' },
    { start: '0xfffc0000', size: '256K', type: 'reserved' },
  ],
  cpus: 1,
  acpi: { oemId: 'BOCHS', mcfg: '0xb0000000', waet: true },
  mpTable: { pointer: '0xf5ba0', cpus: 1 },
  cmdline: 'console=ttyS0',
};
