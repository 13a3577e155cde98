import type { MachineDescription } from '../spec/description.ts';

/** Topology and sizes as published with the v2 series; the map is a synthetic one of a server of that time. */
export const machine: MachineDescription = {
  name: 'broadwell-192g',
  about: 'Intel Xeon E5-2699C v4 2.20 GHz (Broadwell), bare metal: 1 node × 16 cores × 2 threads, 192 GiB',
  synthetic: true,
  map: [
    { start: 0, end: '0x997ff', type: 'usable' },
    { start: '0x99800', end: '0x9ffff', type: 'reserved' },
    { start: '0xe0000', end: '0xfffff', type: 'reserved' },
    { start: '1M', end: '0x785dffff', type: 'usable' },
    { start: '0x785e0000', end: '0x79c1ffff', type: 'reserved' },
    { start: '0x79c20000', end: '0x7a30ffff', type: 'ACPI data' },
    { start: '0x7a310000', end: '0x7ad4ffff', type: 'ACPI NVS' },
    { start: '0x7ad50000', end: '0x7bffffff', type: 'reserved' },
    { start: '0x80000000', end: '0x8fffffff', type: 'reserved' },
    { start: '0xfed1c000', end: '0xfed1ffff', type: 'reserved' },
    { start: '0xff000000', end: '0xffffffff', type: 'reserved' },
    { start: '4G', size: '190G', type: 'usable' },
  ],
  cpus: { sockets: 1, cores: 16, threads: 2, order: 'siblings-last' },
  nodes: [
    {
      cpus: '0-31',
      memory: [
        { start: 0, size: '2G' },
        { start: '4G', size: '190G' },
      ],
    },
  ],
  distances: [[10]],
  acpi: { mcfg: '0x80000000' },
  cpu: { la57: false, physBits: 46 },
  cmdline: 'BOOT_IMAGE=/vmlinuz root=/dev/sda3 ro console=ttyS0',
  // earlyboot calibrate --kernel v2 --rows 0,1,all on the published table
  timing: {
    cpu: 'broadwell',
    pageInitNs: 22.23,
    restOfBootMs: 889.2,
    nodeBandwidthGBs: 26.64,
    htFactor: 0.6533,
    restOfBootError: 0.0039,
    pageInitError: 0.014,
    nodeBandwidthError: 0.027,
    htFactorError: 0.099,
  },
};
