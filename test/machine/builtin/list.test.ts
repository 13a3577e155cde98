// Oracle: the published table of the six systems, and the figures of the report on v1.
import test from 'ava';
import { BUILTIN_NAMES, builtinDescription, builtinMachine } from '../../../src/machine/builtin/list.ts';
import type { MachineSpec } from '../../../src/machine/spec.ts';
import { loadDescription } from '../../../src/machine/spec/load.ts';
import { toBoardConfig } from '../../../src/machine/spec/to-board.ts';
import { toDescription } from '../../../src/machine/spec/to-description.ts';
import { toYaml } from '../../../src/machine/spec/yaml.ts';

const GiB = 2 ** 30;

/** nodes, cores a node, threads a core, GiB a node: "[PATCH v2 5/7] mm: parallelize deferred_init_memmap()". */
const PUBLISHED = [
  ['skylake-768g', 2, 26, 2, 384],
  ['broadwell-192g', 1, 16, 2, 192],
  ['haswell-256g', 2, 18, 2, 128],
  ['epyc-64g-guest', 1, 8, 2, 64],
  ['epyc-16g-guest', 1, 2, 2, 16],
  ['haswell-14g-guest', 1, 2, 2, 14],
] as const;

async function builtin(name: string): Promise<MachineSpec> {
  const machine = await builtinMachine(name);
  if (!machine) throw new Error(`no built-in ${name}`);
  return machine;
}

function usable(machine: MachineSpec): number {
  return machine.map.filter((e) => e.type === 1).reduce((sum, e) => sum + Number(e.size), 0);
}

test('the six systems have the published topology and size', async (t) => {
  for (const [name, nodes, cores, threads, gib] of PUBLISHED) {
    const machine = await builtin(name);
    t.true(machine.synthetic, name);
    t.is(machine.cpus.length, nodes * cores * threads, name);
    t.deepEqual(machine.topology, { sockets: nodes, cores, threads }, name);
    if (nodes > 1)
      t.deepEqual(
        machine.nodes.map((n) => n.cpus.length),
        [cores * threads, cores * threads],
        name,
      );
    // the firmware keeps less than half a GiB of it
    const total = usable(machine) / GiB;
    t.true(total <= nodes * gib && total > nodes * gib - 0.5, `${name}: ${total} GiB`);
  }
});

test('both threads of a core are in the same node', async (t) => {
  for (const name of ['skylake-768g', 'haswell-256g', 'triplett-192g', 'monster-64t']) {
    const machine = await builtin(name);
    const nodeOf = new Map<number, number>();
    machine.nodes.forEach((node, i) => {
      for (const cpu of node.cpus) nodeOf.set(machine.cpus[cpu]?.apicId ?? -1, i);
    });
    t.is(nodeOf.size, machine.cpus.length, name);
    for (const [apicId, node] of nodeOf) t.is(nodeOf.get(apicId ^ 1), node, name);
  }
});

test('nodes cover all RAM, once', async (t) => {
  for (const name of BUILTIN_NAMES) {
    const machine = await builtin(name);
    if (machine.nodes.length === 0) continue;
    const ranges = machine.nodes.flatMap((n) => n.memory).toSorted((a, b) => a.start - b.start);
    ranges.forEach((range, i) => {
      const next = ranges[i + 1];
      if (next) t.true(range.start + range.size <= next.start, name);
    });
    for (const entry of machine.map.filter((e) => e.type === 1)) {
      const inside = ranges.filter(
        (r) => BigInt(r.start) < entry.addr + entry.size && BigInt(r.start + r.size) > entry.addr,
      );
      const covered = inside.reduce((sum, r) => {
        const start = Math.max(r.start, Number(entry.addr));
        return sum + Math.min(r.start + r.size, Number(entry.addr + entry.size)) - start;
      }, 0);
      t.is(covered, Number(entry.size), `${name} ${entry.addr}`);
    }
  }
});

test('monster-64t: 64 TiB, 32 nodes, 2048 CPUs, APIC ids beyond 8 bits', async (t) => {
  const machine = await builtin('monster-64t');
  t.is(machine.nodes.length, 32);
  t.is(machine.cpus.length, 2048);
  t.is(Math.round(usable(machine) / 2 ** 40), 64);
  t.is(Math.max(...machine.cpus.map((c) => c.apicId)), 2047);
});

test('every built-in becomes a board, and survives being printed and read again', async (t) => {
  t.is(BUILTIN_NAMES.length, 10);
  for (const name of BUILTIN_NAMES) {
    const machine = await builtin(name);
    const board = toBoardConfig(machine);
    t.true(board.blobs.length > 6, name);
    const noFiles = async () => new Uint8Array();
    const again = await loadDescription(toYaml((await builtinDescription(name)) ?? {}), name, noFiles);
    t.deepEqual({ ...again, origin: machine.origin }, machine, name);
    const spelledOut = await loadDescription(toYaml(toDescription(machine)), name, noFiles);
    t.deepEqual(toBoardConfig(spelledOut), board, name);
  }
});

test('an unknown name is no machine', async (t) => {
  t.is(await builtinMachine('skylake'), null);
});
