import type { MachineDescription } from '../spec/description.ts';

/** Topology and sizes as published with the v2 series; the map is a synthetic one of a two-socket server of that time. */
export const machine: MachineDescription = {
  name: 'skylake-768g',
  about:
    'Intel Xeon Platinum 8167M 2.00 GHz (Skylake), bare metal: 2 nodes × 26 cores × 2 threads, 384 GiB a node',
  synthetic: true,
  map: [
    { start: 0, end: '0x9abff', type: 'usable' },
    { start: '0x9ac00', end: '0x9ffff', type: 'reserved' },
    { start: '0xe0000', end: '0xfffff', type: 'reserved' },
    { start: '1M', end: '0x6a2befff', type: 'usable' },
    { start: '0x6a2bf000', end: '0x6c2befff', type: 'reserved' },
    { start: '0x6c2bf000', end: '0x6c7fefff', type: 'usable' },
    { start: '0x6c7ff000', end: '0x6d7fefff', type: 'ACPI NVS' },
    { start: '0x6d7ff000', end: '0x6dffefff', type: 'ACPI data' },
    { start: '0x6dfff000', end: '0x6dffffff', type: 'usable' },
    { start: '0x6e000000', end: '0x8fffffff', type: 'reserved' },
    { start: '0xfd000000', end: '0xfe7fffff', type: 'reserved' },
    { start: '0xfed20000', end: '0xfed44fff', type: 'reserved' },
    { start: '0xff000000', end: '0xffffffff', type: 'reserved' },
    { start: '4G', size: '766G', type: 'usable' },
  ],
  cpus: { sockets: 2, cores: 26, threads: 2, order: 'siblings-last' },
  nodes: [
    {
      cpus: '0-25,52-77',
      memory: [
        { start: 0, size: '2G' },
        { start: '4G', size: '382G' },
      ],
    },
    { cpus: '26-51,78-103', memory: [{ start: '386G', size: '384G' }] },
  ],
  distances: [
    [10, 21],
    [21, 10],
  ],
  acpi: { mcfg: '0x80000000' },
  cpu: { la57: false, physBits: 46 },
  cmdline: 'BOOT_IMAGE=/vmlinuz root=/dev/sda3 ro console=ttyS0',
  // earlyboot calibrate --kernel v2 --rows 0,1,all on the published table
  timing: {
    cpu: 'skylake',
    pageInitNs: 17.6,
    restOfBootMs: 2302,
    nodeBandwidthGBs: 48.34,
    htFactor: 0.6565,
    restOfBootError: 0.00087,
    pageInitError: 0.014,
    nodeBandwidthError: 0.026,
    htFactorError: 0.099,
  },
};
