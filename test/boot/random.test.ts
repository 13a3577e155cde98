// Random maps, nodes, CPUs and thread counts: whatever the machine, every deferred page is initialised and freed once.
import test from 'ava';
import fc from 'fast-check';
import { bootMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import { loadDescription } from '../../src/machine/spec/load.ts';

const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** A machine with RAM from 1 MiB on, holes, and nodes that share what lies above 4 GiB. */
const machine = fc.record({
  lowMiB: fc.integer({ min: 192, max: 3000 }),
  nodes: fc.array(
    fc.record({ mib: fc.integer({ min: 64, max: 20_000 }), cpus: fc.integer({ min: 0, max: 9 }) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  holes: fc.array(
    fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), kib: fc.integer({ min: 1, max: 300_000 }) }),
    {
      maxLength: 5,
    },
  ),
  maxThreads: fc.option(fc.integer({ min: 1, max: 12 })),
  seed: fc.nat(),
  kernel: fc.constantFrom('v1', 'v2', '5.8', '6.1', '6.12', '6.18'),
});

function description(m: {
  lowMiB: number;
  nodes: { mib: number; cpus: number }[];
  holes: { at: number; kib: number }[];
}): string {
  const high = 4 * GiB;
  const nodes: object[] = [];
  let at = high;
  let cpu = 0;
  m.nodes.forEach(({ mib, cpus }, i) => {
    const count = i === 0 ? Math.max(cpus, 1) : cpus;
    const memory = [{ start: at, size: mib * MiB }];
    if (i === 0) memory.unshift({ start: 0, size: m.lowMiB * MiB });
    at += mib * MiB;
    nodes.push({ ...(count > 0 ? { cpus: `${cpu}-${cpu + count - 1}` } : {}), memory });
    cpu += count;
  });
  const map = [
    { start: 0, size: 0x9fc00, type: 'usable' },
    { start: 0x9fc00, end: 0xfffff, type: 'reserved' },
    { start: 0x100000, end: m.lowMiB * MiB - 1, type: 'usable' },
    { start: m.lowMiB * MiB, size: MiB, type: 'ACPI data' },
    { start: high, end: at - 1, type: 'usable' },
    ...m.holes.map((hole) => {
      const start = high + Math.floor((hole.at * (at - high)) / 1024) * 1024;
      return { start, size: hole.kib * 1024, type: 'reserved' };
    }),
  ];
  return JSON.stringify({ name: 'random', map, cpus: cpu, nodes });
}

test('every deferred page exactly once, chunks cover their jobs, whatever the machine', async (t) => {
  await fc.assert(
    fc.asyncProperty(machine, async (m) => {
      const spec = await loadDescription(description(m), 'random.json', () =>
        Promise.reject(new Error('no files')),
      );
      const record = await bootMachine(spec, {
        ...DEFAULT_BOOT,
        cmdline: '',
        kernel: m.kernel,
        seed: m.seed,
        maxThreads: m.maxThreads === null ? null : { kind: 'count', count: m.maxThreads },
      });
      // the simulator has thrown already where a page was missed or met twice; jobs are covered without gaps
      for (const job of record.jobs) {
        let next = job.start;
        for (const chunk of [...job.chunks].sort((a, b) => a.start - b.start)) {
          if (chunk.start !== next) return false;
          next = chunk.end;
        }
        if (next !== job.start + job.size || job.workers > Math.max(job.maxThreads, 1)) return false;
      }
      const deferred = record.nodes.some((node) => node.firstDeferredPfn !== null);
      return deferred === record.deferredInit.length > 0;
    }),
    { numRuns: 60 },
  );
  t.pass();
});
