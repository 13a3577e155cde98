import type { MachineDescription } from '../spec/description.ts';

/** Topology and size as published with the v2 series; the map is a synthetic one, as SeaBIOS under QEMU's i440fx reports it. */
export const machine: MachineDescription = {
  name: 'epyc-64g-guest',
  about: 'KVM guest on AMD EPYC 7551 (Zen): 1 node × 8 cores × 2 threads, 64 GiB',
  synthetic: true,
  map: [
    { start: 0, size: '639K', type: 'usable' },
    { start: '639K', size: '1K', type: 'reserved' },
    { start: '0xf0000', size: '64K', type: 'reserved' },
    { start: '1M', end: '0xbffdefff', type: 'usable' },
    { start: '0xbffdf000', end: '0xbfffffff', type: 'reserved' },
    { start: '0xfeffc000', end: '0xfeffffff', type: 'reserved' },
    { start: '0xfffc0000', end: '0xffffffff', type: 'reserved' },
    { start: '4G', size: '61G', type: 'usable' },
  ],
  cpus: { sockets: 1, cores: 8, threads: 2 },
  acpi: { oemId: 'BOCHS', mcfg: false, waet: true },
  mpTable: { pointer: '0xf5ba0', cpus: 1 },
  cpu: { vendor: 'AuthenticAMD', la57: false, physBits: 40, hypervisor: 'KVMKVMKVM' },
  cmdline: 'BOOT_IMAGE=/vmlinuz root=/dev/sda3 ro console=ttyS0',
  // earlyboot calibrate --kernel v2 --rows 0,1,all on the published table
  timing: {
    cpu: 'zen',
    pageInitNs: 15.37,
    restOfBootMs: 752.7,
    nodeBandwidthGBs: 15.65,
    htFactor: 0.6533,
    restOfBootError: 0.0053,
    pageInitError: 0.016,
    nodeBandwidthError: 0.084,
    htFactorError: 0.1,
  },
};
