import test from 'ava';
import type { MachineDescription } from '../../../src/machine/spec/description.ts';
import { randomMachine } from '../../../src/machine/random/machine.ts';
import { shrink, simpler } from '../../../src/machine/random/simpler.ts';

const NVS = { start: '0x20000000', size: '0x1800', type: 'ACPI NVS' } as const;
const base: MachineDescription = {
  name: 'm',
  map: [
    { start: 0, size: '0x9fc00', type: 'usable' },
    { start: '0x100000', size: '0x7ff00123', type: 'usable' },
    NVS,
    { start: '0x78000000', size: '0x10000', type: 'ACPI data' },
  ],
  cpus: 4,
  nodes: [{ memory: [{ start: 0, size: '1G' }] }, { cpus: '0-3', memory: [{ start: '1G', size: '15G' }] }],
  distances: [
    [10, 20],
    [20, 10],
  ],
  dmi: 'A B, BIOS 1 2',
  cmdline: 'mem=2G numa=off maxcpus=1',
};

test('each step leaves out one thing and changes nothing else', (t) => {
  const steps = [...simpler(base)];
  t.deepEqual(
    steps.filter((s) => s.cmdline !== base.cmdline).map((s) => s.cmdline),
    ['', 'numa=off maxcpus=1', 'mem=2G maxcpus=1', 'mem=2G numa=off'],
  );
  t.true(steps.some((s) => s.nodes === undefined && s.distances === undefined));
  t.true(steps.some((s) => s.nodes !== undefined && s.distances === undefined && s.nodes.length === 2));
  const one = steps.find((s) => s.cpus === 1);
  t.deepEqual(
    one?.nodes?.map((node) => node.cpus),
    [undefined, '0'],
  ); // the CPU stays on the node that had one
  t.true(steps.some((s) => s.map.length === 2));
  t.true(steps.some((s) => s.map.length === 3 && !s.map.includes(NVS)));
  t.deepEqual(base.map[2], NVS);
});

test('nothing is simpler than a map of one round entry', (t) => {
  const least: MachineDescription = {
    name: 'm',
    map: [{ start: '0x100000', size: '0x100000', type: 'usable' }],
  };
  t.deepEqual([...simpler(least)], []);
});

test('shrink keeps what the property needs, and nothing else', async (t) => {
  const needs = (m: MachineDescription): boolean =>
    m.map.some((entry) => entry.type === 'ACPI NVS') && /numa=off/.test(m.cmdline ?? '') && m.map.length >= 2;
  const small = await shrink(base, (m) => Promise.resolve(needs(m)), 1000);
  t.is(small.cmdline, 'numa=off');
  t.is(small.map.length, 2);
  t.deepEqual(
    small.map.filter((entry) => entry.type === 'ACPI NVS'),
    [{ start: '0x20000000', size: '0x100000', type: 'ACPI NVS' }], // rounded: the property does not mind
  );
  t.is(small.nodes, undefined);
  t.is(small.dmi, undefined);
  t.is(small.cpus, 1);
});

test('shrink asks no more often than it may', async (t) => {
  let asked = 0;
  const count = (answer: boolean) => () => {
    asked += 1;
    return Promise.resolve(answer);
  };
  t.is(await shrink(base, count(true), 0), base);
  t.is(asked, 0);
  t.is(await shrink(base, count(false), 5), base);
  t.is(asked, 5);
  asked = 0;
  await shrink(randomMachine(3), count(true), 7);
  t.is(asked, 7);
});
