// How large a description may be: both sides of each edge, and texts that would keep a parser busy for ever.
import test, { type ExecutionContext } from 'ava';
import { InputError } from '../../../src/lib/input-error.ts';
import type { MachineSpec } from '../../../src/machine/spec.ts';
import { loadDescription } from '../../../src/machine/spec/load.ts';

const load = (text: string): Promise<MachineSpec> =>
  loadDescription(text, 'm.yaml', () => Promise.reject(new Error('no files')));

const entry = { start: '1M', size: '1G', type: 'usable' };
const described = (rest: object): Promise<MachineSpec> =>
  load(JSON.stringify({ name: 'm', map: [entry], ...rest }));

/** One line, with the place, that says `expected`. */
async function refused(t: ExecutionContext, loading: Promise<MachineSpec>, message: RegExp): Promise<void> {
  const error = await t.throwsAsync(loading, { instanceOf: InputError });
  t.regex(error.message, message);
  t.regex(error.message, /^m\.yaml(:\d+:\d+)?: .*expected/);
  t.false(error.message.includes('\n'), error.message);
}

const list = <T>(length: number, of: (i: number) => T): T[] => Array.from({ length }, (_, i) => of(i));

test('CPUs: 8192 are the kernel’s limit, however they are written', async (t) => {
  t.is((await described({ cpus: 8192 })).cpus.length, 8192);
  t.is((await described({ cpus: { sockets: 128, cores: 32, threads: 2 } })).cpus.length, 8192);
  t.is((await described({ cpus: list(8192, (i) => i) })).cpus.length, 8192);
  const many = /cpus: .*8192/;
  await refused(t, described({ cpus: 8193 }), many);
  await refused(t, described({ cpus: 100_000_000 }), many);
  await refused(t, described({ cpus: { sockets: 128, cores: 33, threads: 2 } }), /cpus: 8448 CPUs: .*8192/);
  await refused(t, described({ cpus: list(8193, (i) => i) }), many);
});

test('APIC ids have 32 bits, in a list and as mappings', async (t) => {
  t.is((await described({ cpus: [0, 2 ** 32 - 1] })).cpus[1]?.apicId, 2 ** 32 - 1);
  await refused(t, described({ cpus: [0, 2 ** 32] }), /cpus\.1: 4294967296: /);
});

test('one CPU at least is there to boot', async (t) => {
  const { cpus } = await described({ cpus: { sockets: 2, hotplug: 1 } });
  t.deepEqual(
    cpus.map((cpu) => cpu.enabled),
    [true, false],
  );
  await refused(
    t,
    described({ cpus: { sockets: 2, hotplug: 2 } }),
    /cpus\.hotplug: 2: expected less than the 2/,
  );
  await refused(
    t,
    described({ cpus: { sockets: 2, hotplug: 5 } }),
    /cpus\.hotplug: 5: expected less than the 2/,
  );
});

test('nodes, their ranges and distances', async (t) => {
  const range = (i: number) => ({ start: i * 4096, size: 4096 });
  t.is((await described({ nodes: list(1024, () => ({})) })).nodes.length, 1024);
  await refused(t, described({ nodes: list(1025, () => ({})) }), /nodes: .*at most 1024 nodes/);
  const half = { memory: list(2048, range) };
  t.is((await described({ nodes: [half, half] })).nodes.length, 2);
  await refused(t, described({ nodes: [half, half, { memory: [range(0)] }] }), /nodes: 4097 memory ranges: /);
  await refused(t, described({ nodes: [{ pxm: 2 ** 32 }] }), /nodes\.0\.pxm: 4294967296/);
});

test('entries of the map: as many as the payload counts', async (t) => {
  const map = (length: number) => ({ map: list(length, (i) => ({ ...entry, start: i * 4096, size: 4096 })) });
  t.is((await described(map(4096))).map.length, 4096);
  await refused(t, described(map(4097)), /map: .*at most 4096 entries: Linux takes 128/);
});

test('tables: 16 MiB each, 64 MiB in all; an MP table has 255 CPUs', async (t) => {
  const acpi = (lengths: number[]) => ({
    acpi: {
      root: { address: '1M' },
      tables: lengths.map((length) => ({ address: '2M', signature: 'SSDT', length })),
    },
  });
  const most = 16 * 2 ** 20;
  await t.notThrowsAsync(described(acpi([most])));
  await refused(
    t,
    described(acpi([most + 1])),
    /acpi\.tables\.0\.length: 16777217: expected at most 16777216/,
  );
  await t.notThrowsAsync(described(acpi([most, most, most, most])));
  await refused(
    t,
    described(acpi([most, most, most, most, 36])),
    /acpi\.tables\.4: 67108900 bytes of tables/,
  );
  await refused(
    t,
    described({ acpi: { root: { address: '1M', length: '3G' }, tables: [] } }),
    /"3G": expected/,
  );
  const mp = (cpus: number) => described({ mpTable: { pointer: 0xf5ba0, cpus } });
  t.is((await mp(255)).mp?.table.length, 44 + 255 * 20 + 17 * 8);
  await refused(t, mp(256), /mpTable\.cpus: 256: expected at most 255/);
});

test('the firmware’s map may say anything below 2^64, nodes end below 2^53', async (t) => {
  const { map } = await described({ map: [{ start: '0x8000000000000000', size: '1G', type: 'usable' }] });
  t.is(map[0]?.addr, 2n ** 63n);
  await refused(
    t,
    described({ map: [{ ...entry, start: '0x10000000000000000' }] }),
    /map\.0\.start: .*2\^64/,
  );
  await refused(
    t,
    described({ nodes: [{ memory: [{ start: '0x1fffffffffffff', size: 1 }] }] }),
    /nodes\.0\.memory\.0: expected memory that ends below 2\^53/,
  );
});

test('anchors and aliases: each names something before it, nothing holds itself', async (t) => {
  const { map } = await load('name: m\nmap: [ &a { start: 1M, size: 1G, type: usable }, *a ]\n');
  t.is(map.length, 2);
  await refused(t, load('name: *x\nmap: []\n'), /^m\.yaml:1:7: \*x: no anchor of that name before it/);
  await refused(t, load('name: &a [ *a ]\nmap: []\n'), /^m\.yaml:1:12: \*a: names what it is part of/);
  // each line holds ten times what the one before it holds
  const laughs = list(
    9,
    (i) => `k${i + 1}: &k${i + 1} [${list(10, () => (i === 0 ? '1' : `*k${i}`)).join(', ')}]`,
  );
  await refused(t, load(`${laughs.join('\n')}\n`), /Excessive alias count/);
});

test('keys twice, at any depth', async (t) => {
  await refused(
    t,
    load('name: m\nmap: [ { start: 1M, start: 2M } ]\n'),
    /^m\.yaml:2:21: Map keys must be unique: start/,
  );
});

test('texts that nest without end, and texts of millions of words', async (t) => {
  await refused(t, load('['.repeat(100_000)), /nested too deeply/);
  await refused(t, load('- '.repeat(100_000)), /nested too deeply/);
  const words = /more than 500000 words and signs/;
  await refused(t, load('\n'.repeat(1_000_000)), words);
  await refused(t, load(JSON.stringify(list(300_000, (i) => i))), words);
});

test('of many complaints ten are printed, and places are looked for no further', async (t) => {
  const keys = Object.fromEntries(list(1000, (i) => [`k${i}`, i]));
  const error = await t.throwsAsync(described(keys), { instanceOf: InputError });
  const lines = error.message.split('\n');
  t.is(lines.length, 11);
  t.is(lines[10], '… and 990 more');
});
