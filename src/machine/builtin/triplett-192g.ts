import type { MachineDescription } from '../spec/description.ts';

/**
 * J. Triplett's report on the first version of the series: 96 CPUs, 192 GB, node 0 initialised 23398907 pages and node 1
 * 24189223. The map is synthetic: its nodes end where 6.1's deferred initialisation frees exactly as many pages.
 */
export const machine: MachineDescription = {
  name: 'triplett-192g',
  about: '96 CPUs, 192 GB: 2 nodes × 24 cores × 2 threads (J. Triplett, May 2020)',
  synthetic: true,
  map: [
    { start: 0, size: '639K', type: 'usable' },
    { start: '639K', size: '1K', type: 'reserved' },
    { start: '0xe0000', size: '128K', type: 'reserved' },
    { start: '1M', end: '0x6dffefff', type: 'usable' },
    { start: '0x6dfff000', end: '0x6e7fefff', type: 'ACPI data' },
    { start: '0x6e7ff000', end: '0x8fffffff', type: 'reserved' },
    { start: '0xff000000', end: '0xffffffff', type: 'reserved' },
    { start: '4G', end: '0x2f3081ffff', type: 'usable' },
  ],
  cpus: { sockets: 2, cores: 24, threads: 2, order: 'siblings-last' },
  nodes: [
    {
      cpus: '0-23,48-71',
      memory: [
        { start: 0, size: '2G' },
        { start: '4G', end: '0x17b5fd9fff' },
      ],
    },
    { cpus: '24-47,72-95', memory: [{ start: '0x17b5fda000', end: '0x2f3081ffff' }] },
  ],
  distances: [
    [10, 21],
    [21, 10],
  ],
  acpi: { mcfg: '0x80000000' },
  cpu: { la57: false, physBits: 46 },
  cmdline: 'console=ttyS0',
  timing: { cpu: 'skylake', pageInitNs: 12.5, restOfBootMs: 325 },
};
