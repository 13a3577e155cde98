// Files of a project that uses the package: tools/check-package.ts compiles and runs them.

/** What a user's first file might be: types, ESM, the guest, worker threads, the schema. */
export const CONSUMER = `import { bootMachine, defineArch, InputError, machineJsonSchema, Padata } from 'earlyboot';
import { fetchImages } from 'earlyboot/browser';
import { createSmpMachine } from 'earlyboot/smp';
import type { RunRecord } from 'earlyboot';

const boot = await bootMachine('tiny-512m', { arch: defineArch({ name: 'two', deferredPageInitMaxThreads: () => 2 }) });
const record: RunRecord = boot.record;
if (record.e820.length !== 8 || boot.zone(0, 'DMA32') === undefined) throw new Error('not the machine');
const threads = await bootMachine('tiny-512m', { cpus: 'threads' });
if (threads.page(0x1000)?.pfn !== 0x1000) throw new Error('no struct pages');
await threads[Symbol.asyncDispose]();
const padata = new Padata({ cpus: 2, on: 'workers' });
const data = new SharedArrayBuffer(64);
await padata.multithreaded({ work: { module: new URL('./work.mjs', import.meta.url), data }, start: 0, size: 16 });
await padata.close();
if (new Int32Array(data).some((count) => count !== 1)) throw new Error('not every unit once');
if (typeof (await machineJsonSchema())['$schema'] !== 'string') throw new Error('no schema');
if (typeof createSmpMachine !== 'function' || typeof fetchImages !== 'function') throw new Error('no entry');
const error = await bootMachine('no-such-machine').catch((thrown: unknown) => thrown);
if (!(error instanceof InputError) || error.kind !== 'usage') throw new Error('not the typed error');
`;
export const AVA_TEST = `import { earlybootTest } from 'earlyboot/ava';

const test = earlybootTest();
test('the small machine', async (t) => {
  const boot = await t.boot('tiny-512m');
  t.zone(boot, 0, 'DMA', { startPfn: 1 });
  t.is(boot.nodes.length, 1);
});
`;
export const WORK =
  'export const threadFn = (s, e, d) => { for (let i = s; i < e; i++) Atomics.add(new Int32Array(d), i, 1); };\n';

/** The same under node:test and vitest. */
export const RUNNERS_NODE = `import { earlybootTest } from 'earlyboot/node-test';

const test = earlybootTest();
await test('the small machine', async (t) => {
  const boot = await t.boot('tiny-512m');
  t.zone(boot, 0, 'DMA', { startPfn: 1 });
});
`;
export const RUNNERS_VITEST = `import { expect, test as base } from 'vitest';
import { earlyboot, type BootFixture } from 'earlyboot/vitest';

const test = base.extend<BootFixture>(earlyboot());
test('the small machine', async ({ early }) => {
  const boot = await early.boot('tiny-512m');
  early.zone(boot, 0, 'DMA', { startPfn: 1 });
  expect(() => early.zone(boot, 0, 'Normal')).toThrow(/has no zone Normal/);
});
`;
/** CommonJS has no import of ES modules but this, and \`import()\`. */
export const COMMON = `const { bootMachine } = require('earlyboot');
bootMachine('tiny-512m').then((boot) => {
  if (boot.record.e820.length !== 8) throw new Error('not the machine');
});
`;
