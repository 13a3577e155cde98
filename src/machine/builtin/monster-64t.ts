import type { MachineDescription } from '../spec/description.ts';

const NODES = 32;
const CORES = 32;
const CPUS_PER_NODE_THREAD = NODES * CORES;

/** Sockets sit in groups of four: 12 within a group, 30 between groups. */
function distance(a: number, b: number): number {
  if (a === b) return 10;
  return Math.floor(a / 4) === Math.floor(b / 4) ? 12 : 30;
}

/** What no single machine had in 2026: the largest that x86's 2^52 bytes of addresses make sensible to try. */
export const machine: MachineDescription = {
  name: 'monster-64t',
  about: '64 TiB, 32 nodes × 32 cores × 2 threads: 2048 CPUs',
  synthetic: true,
  map: [
    { start: 0, size: '639K', type: 'usable' },
    { start: '639K', size: '1K', type: 'reserved' },
    { start: '0xe0000', size: '128K', type: 'reserved' },
    { start: '1M', end: '0x6effffff', type: 'usable' },
    { start: '0x6f000000', end: '0x6fffffff', type: 'ACPI data' },
    { start: '0x70000000', end: '0x8fffffff', type: 'reserved' },
    { start: '0xfec00000', end: '0xffffffff', type: 'reserved' },
    { start: '4G', size: '65534G', type: 'usable' },
  ],
  cpus: { sockets: NODES, cores: CORES, threads: 2, order: 'siblings-last' },
  nodes: Array.from({ length: NODES }, (_, node) => {
    const first = node * CORES;
    const sibling = first + CPUS_PER_NODE_THREAD;
    return {
      cpus: `${first}-${first + CORES - 1},${sibling}-${sibling + CORES - 1}`,
      memory:
        node === 0
          ? [
              { start: 0, size: '2G' },
              { start: '4G', size: '2046G' },
            ]
          : [{ start: `${node * 2048 + 2}G`, size: '2T' }],
    };
  }),
  distances: Array.from({ length: NODES }, (_, a) => Array.from({ length: NODES }, (_, b) => distance(a, b))),
  acpi: { mcfg: '0x80000000' },
  cpu: { la57: true, physBits: 52 },
  cmdline: 'console=ttyS0',
  timing: { cpu: 'sapphirerapids' },
};
