// The adapter for the conformance tool: complete, and answering as the tool reads it; and what npm run conformance says
// where something is missing. The tool itself runs with npm run conformance.
import { spawnSync } from 'node:child_process';
import test from 'ava';
import { addressType, createMemblock } from './memblock.ts';
import type { AdapterOptions } from './adapter_types.ts';
import { CHECKOUT } from '../../src/campaign/memblock/linux-source.ts';

const OPTIONS: AdapterOptions = {
  numa: true,
  maxNumNodes: 16,
  movableNode: false,
  mirroredKernelcore: false,
  pageSize: 4096,
  cacheLineSize: 32,
  initRegions: 128,
  regionEntrySize: 24,
};

/** The optional methods of the tool's adapter.d.ts; the differential run leaves out what is absent. */
const OPTIONAL = [
  'physAlloc',
  'allowResize',
  'overlapsRegion',
  'markFlag',
  'clearFlag',
  'setNode',
  'enforceMemoryLimit',
  'capMemoryRange',
  'memLimitRemoveMap',
  'isMemory',
  'isMapMemory',
  'isReserved',
  'isRegionMemory',
  'isRegionReserved',
  'searchPfnNid',
  'freeRanges',
  'memRanges',
  'reservedRanges',
  'pfnRanges',
];

test('every optional method is there', (t) => {
  const adapter = createMemblock(OPTIONS);
  t.is(addressType, 'number');
  t.deepEqual(
    OPTIONAL.filter((name) => typeof Reflect.get(adapter, name) !== 'function'),
    [],
  );
});

test('a table tells its regions, its size, its room and its place', (t) => {
  const adapter = createMemblock(OPTIONS);
  t.deepEqual(adapter.memory, { regions: [], totalSize: 0, max: 128, tableAddr: 0 });
  adapter.addNode(0x10000, 0x10000, 2, 1);
  t.deepEqual(adapter.memory.regions, [{ base: 0x10000, size: 0x10000, flags: 1, nid: 2 }]);
  t.deepEqual([...adapter.freeRanges()], [{ start: 0x10000, end: 0x20000, nid: 2 }]);
});

test('memory is cleared unless it is asked for raw', (t) => {
  const cleared: number[][] = [];
  const adapter = createMemblock({ ...OPTIONS, zero: (base, size) => cleared.push([base, size]) });
  adapter.add(0x10000, 0x10000);
  t.is(adapter.alloc(0x100, 32), 0x1ff00);
  t.is(adapter.alloc(0x100, 32, { raw: true }), 0x1fe00);
  t.is(adapter.alloc(0x20000, 32), 0);
  t.deepEqual(cleared, [[0x1ff00, 0x100]]);
});

test('npm run conformance names what is missing, with exit status 2', (t) => {
  const run = (env: Record<string, string>): [number | null, string] => {
    const { status, stderr } = spawnSync(process.execPath, ['test/conformance/run.ts'], {
      cwd: CHECKOUT,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    return [status, stderr];
  };
  const [status, message] = run({ EARLYBOOT_CONFORMANCE: '/nowhere' });
  t.is(status, 2);
  t.is(message, 'no conformance tool at /nowhere/run.mjs; set EARLYBOOT_CONFORMANCE\n');
});
