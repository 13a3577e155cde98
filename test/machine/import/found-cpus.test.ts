// CPUs out of a log: on which nodes they came up, in which order a MADT lists them, and an SRAT of 6.12 and later, of which the log
// names no CPU. What must come out is worked out by hand.
import test from 'ava';
import type { AcpiLines } from '../../../src/machine/import/acpi-lines.ts';
import { bootCpuNode, cpuNodesFromLines } from '../../../src/machine/import/cpu-nodes.ts';
import { findCpus, nodesOf, sratWithCpus } from '../../../src/machine/import/found-cpus.ts';
import { sratFromLines } from '../../../src/machine/import/srat-lines.ts';

const lines = (...texts: string[]) => texts.map((text, at) => ({ text, line: at + 1 }));
const told = (...texts: string[]) => cpuNodesFromLines(lines(...texts), 'quiet');
const srat = (...texts: string[]) => sratFromLines(lines(...texts), 'log');
const NO_ACPI: AcpiLines = { rsdp: null, root: null, tables: [], hpet: null, facsTwice: false };
const cpu = (pxm: number, apicId: number, node = pxm) =>
  `SRAT: PXM ${pxm} -> APIC 0x${apicId.toString(16).padStart(2, '0')} -> Node ${node}`;
const memory = (node: number, pxm: number, gib: number) =>
  `ACPI: SRAT: Node ${node} PXM ${pxm} [mem 0x${(gib * 2 ** 30).toString(16)}-0x${((gib + 1) * 2 ** 30 - 1).toString(16)}]`;
const enabled = (...ids: number[]) => ids.map((apicId) => ({ apicId, enabled: true }));
const idsOf = (nodes: ReturnType<typeof told>, ...texts: string[]) =>
  findCpus([], srat(...texts), NO_ACPI, null, nodes).cpus.map(({ apicId }) => apicId);

test('the lines of 3.13 and later, and those before', (t) => {
  const now = told(
    '.... node  #0, CPUs:        #1  #2',
    '.... node  #1, CPUs:    #3  #4',
    '.... node  #0, CPUs:   #10',
  );
  t.deepEqual([...now], [[1, 0], [2, 0], [3, 1], [4, 1], [10, 0]]); // prettier-ignore
  const before = told(
    'smpboot: Booting Node   1, Processors  #1 OK',
    'Booting Node   0, Processors  #2 #3 Ok.',
  );
  t.deepEqual([...before], [[1, 1], [2, 0], [3, 0]]); // prettier-ignore
});

test('what no kernel prints says nothing: CPU 0, numbers beyond the limits, a CPU twice, other lines', (t) => {
  t.deepEqual([...told('.... node  #0, CPUs:  #0 #8191 #8192', '.... node  #1024, CPUs:  #5')], [[8191, 0]]);
  t.deepEqual([...told('.... node  #0, CPUs:  #1', '.... node  #1, CPUs:  #1 #2')], [[1, 0], [2, 1]]); // prettier-ignore
  t.deepEqual([...told('node  #0, CPUs:  #1', 'smp: Brought up 2 nodes, 4 CPUs')], []);
});

test('nodes that numa=fake makes are not those of the tables', (t) => {
  const said = lines('.... node  #3, CPUs:  #1');
  for (const cmdline of ['numa=fake=4', 'a numa=fake=4G']) t.is(cpuNodesFromLines(said, cmdline).size, 0);
  for (const cmdline of ['', 'numa=on', 'xnuma=fake=4']) t.is(cpuNodesFromLines(said, cmdline).size, 1);
});

test('the boot CPU is on node 0 where others are, else where CPU 1 is', (t) => {
  t.is(bootCpuNode(new Map([[1, 1], [2, 0]])), 0); // prettier-ignore
  t.is(bootCpuNode(new Map([[1, 1], [2, 1]])), 1); // prettier-ignore
  t.is(bootCpuNode(new Map()), 0);
});

const TWO_NODES = [...[0, 1, 2, 3].map((id) => cpu(0, id)), ...[16, 17, 18, 19].map((id) => cpu(1, id))];

test('each CPU has the next id of its node: cores of both nodes first, their second threads then', (t) => {
  const nodes = told('.... node  #0, CPUs:   #1', '.... node  #1, CPUs:   #2 #3', '.... node  #0, CPUs:   #4 #5', '.... node  #1, CPUs:   #6 #7'); // prettier-ignore
  t.deepEqual(idsOf(nodes, ...TWO_NODES), [0, 1, 16, 17, 2, 3, 18, 19]);
});

test('by turns, and CPUs that did not come up take what is left', (t) => {
  const nodes = told('.... node  #1, CPUs:   #1', '.... node  #0, CPUs:   #2', '.... node  #1, CPUs:   #3');
  t.deepEqual(idsOf(nodes, ...TWO_NODES), [0, 16, 1, 17, 2, 3, 18, 19]);
});

test('in the order of the lines where the log says nothing, or what cannot be', (t) => {
  const asListed = [0, 1, 2, 3, 16, 17, 18, 19];
  t.deepEqual(idsOf(told(), ...TWO_NODES), asListed);
  // five on a node of four; a CPU more than the table has; a node that it has not
  t.deepEqual(idsOf(told('.... node  #0, CPUs:  #1 #2 #3 #4'), ...TWO_NODES), asListed);
  t.deepEqual(idsOf(told('.... node  #1, CPUs:  #8'), ...TWO_NODES), asListed);
  t.deepEqual(idsOf(told('.... node  #2, CPUs:  #1'), ...TWO_NODES), asListed);
});

test('an SRAT without CPU lines gets the CPUs of its nodes, before its memory', (t) => {
  const nodes = told('.... node  #0, CPUs:   #1', '.... node  #1, CPUs:   #2 #3');
  const found = sratWithCpus(srat(memory(0, 0, 0), memory(1, 7, 4)), enabled(0, 1, 2, 3), nodes);
  const entries = found.entries.map((entry) => [entry.kind, entry.pxm]);
  t.deepEqual(entries, [['cpu', 0], ['cpu', 0], ['cpu', 7], ['cpu', 7], ['memory', 0], ['memory', 7]]); // prettier-ignore
  const onNodes = nodesOf(found, enabled(0, 1, 2, 3)).map((node) => [
    node.pxm,
    node.cpus,
    node.memory.length,
  ]);
  t.deepEqual(onNodes, [[0, [0, 1], 1], [7, [2, 3], 1]]); // prettier-ignore
});

test('a node of CPUs alone gets a domain: its number, or the lowest that is free', (t) => {
  const nodes = told('.... node  #0, CPUs:   #1', '.... node  #1, CPUs:   #2');
  const own = sratWithCpus(srat(memory(0, 0, 0), memory(2, 2, 4)), enabled(0, 1, 2), nodes);
  t.deepEqual(own.nodes.map(({ pxm, cpus }) => [pxm, cpus]), [[0, [0, 1]], [1, [2]], [2, []]]); // prettier-ignore
  const taken = sratWithCpus(srat(memory(0, 1, 0), memory(2, 2, 4)), enabled(0, 1, 2), nodes);
  t.deepEqual(taken.nodes.map(({ pxm, cpus }) => [pxm, cpus]), [[1, [0, 1]], [0, [2]], [2, []]]); // prettier-ignore
});

test('CPUs come behind the memory where only that gives nodes their numbers; else nothing is made up', (t) => {
  const nodes = told('.... node  #1, CPUs:   #1 #2');
  const behind = sratWithCpus(srat(memory(0, 0, 0), memory(1, 1, 4)), enabled(0, 1, 2), nodes);
  t.deepEqual(behind.entries.map(({ kind }) => kind), ['memory', 'memory', 'cpu', 'cpu', 'cpu']); // prettier-ignore
  t.deepEqual(behind.nodes.map(({ cpus }) => cpus), [[], [0, 1, 2]]); // prettier-ignore
  // node 3 of two
  const lines = srat(memory(0, 0, 0), memory(3, 1, 4));
  t.is(sratWithCpus(lines, enabled(0, 1, 2), nodes), lines);
});

test('nothing is added to an SRAT whose lines name CPUs, to none, or from a log that does not say', (t) => {
  const nodes = told('.... node  #0, CPUs:   #1');
  for (const [lines, known] of [
    [srat(...TWO_NODES, memory(0, 0, 0)), nodes],
    [srat(), nodes],
    [srat(memory(0, 0, 0)), told()],
  ] as const)
    // prettier-ignore
    t.is(sratWithCpus(lines, enabled(0, 1), known), lines);
});

test('CPU numbers are those of enabled CPUs', (t) => {
  const nodes = told('.... node  #1, CPUs:   #1');
  const cpus = [{ apicId: 0, enabled: true }, { apicId: 1, enabled: false }, { apicId: 2, enabled: true }]; // prettier-ignore
  const found = sratWithCpus(srat(memory(0, 0, 0), memory(1, 1, 4)), cpus, nodes);
  t.deepEqual(found.cpus, [{ apicId: 0, node: 1 }, { apicId: 2, node: 1 }]); // prettier-ignore
});

test('more CPUs than ids are listed: the next ones, from 0 on behind the last that there is', (t) => {
  const ids = (count: number, ...texts: string[]) =>
    findCpus([], srat(...texts), NO_ACPI, count, told()).cpus.map(({ apicId }) => apicId);
  t.deepEqual(ids(4, cpu(0, 2), cpu(0, 5)), [2, 5, 6, 7]);
  t.deepEqual(ids(4, cpu(0, 1), cpu(0, 2 ** 32 - 3)), [1, 2 ** 32 - 3, 2 ** 32 - 2, 0]);
  t.deepEqual(ids(4, cpu(0, 1), cpu(0, 2 ** 32 - 2)), [1, 2 ** 32 - 2, 0, 2]);
});
