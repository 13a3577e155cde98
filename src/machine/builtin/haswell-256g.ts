import type { MachineDescription } from '../spec/description.ts';

/** Topology and sizes as published with the v2 series; the map is a synthetic one of a two-socket server of that time. */
export const machine: MachineDescription = {
  name: 'haswell-256g',
  about:
    'Intel Xeon E5-2699 v3 2.30 GHz (Haswell), bare metal: 2 nodes × 18 cores × 2 threads, 128 GiB a node',
  synthetic: true,
  map: [
    { start: 0, end: '0x997ff', type: 'usable' },
    { start: '0x99800', end: '0x9ffff', type: 'reserved' },
    { start: '0xe0000', end: '0xfffff', type: 'reserved' },
    { start: '1M', end: '0x7907ffff', type: 'usable' },
    { start: '0x79080000', end: '0x7a65ffff', type: 'reserved' },
    { start: '0x7a660000', end: '0x7a81ffff', type: 'ACPI data' },
    { start: '0x7a820000', end: '0x7b1fffff', type: 'ACPI NVS' },
    { start: '0x7b200000', end: '0x7bffffff', type: 'reserved' },
    { start: '0x80000000', end: '0x8fffffff', type: 'reserved' },
    { start: '0xfed1c000', end: '0xfed1ffff', type: 'reserved' },
    { start: '0xff000000', end: '0xffffffff', type: 'reserved' },
    { start: '4G', size: '254G', type: 'usable' },
  ],
  cpus: { sockets: 2, cores: 18, threads: 2, order: 'siblings-last' },
  nodes: [
    {
      cpus: '0-17,36-53',
      memory: [
        { start: 0, size: '2G' },
        { start: '4G', size: '126G' },
      ],
    },
    { cpus: '18-35,54-71', memory: [{ start: '130G', size: '128G' }] },
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
    cpu: 'haswell',
    pageInitNs: 18.97,
    restOfBootMs: 1052,
    nodeBandwidthGBs: 25.54,
    htFactor: 0.6533,
    restOfBootError: 0.0011,
    pageInitError: 0.014,
    nodeBandwidthError: 0.025,
    htFactorError: 0.1,
  },
};
