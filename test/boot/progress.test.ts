// How far a boot is: every deferred page is counted, on simulated CPUs and on worker threads.
import test from 'ava';
import { DEFAULT_BOOT, runMachine } from '../../src/boot/machine.ts';
import { builtinMachine } from '../../src/machine/builtin/list.ts';

for (const cpus of ['simulated', 'threads'] as const)
  test(`${cpus}: pages rise to all that are deferred`, async (t) => {
    const spec = await builtinMachine('laptop-16g');
    if (spec === null) throw new Error('laptop-16g');
    const calls: { readonly done: number; readonly of: number }[] = [];
    const { record } = await runMachine(spec, {
      ...DEFAULT_BOOT,
      cpus,
      onProgress: (what, done, of) => void (what === 'pages' && calls.push({ done, of })),
    });
    const [node] = record.nodes;
    const free = record.memblockLate.memory.at(-1);
    if (!node || !free) return t.fail('no node');
    t.true(calls.length > 0);
    t.is(calls.at(-1)?.done, calls.at(-1)?.of);
    t.is(new Set(calls.map(({ of }) => of)).size, 1);
    t.true(calls.every(({ done }, at) => done >= (calls[at - 1]?.done ?? 0)));
    // all of the node from the first deferred page frame on, but for what is reserved in it
    const all = (free.base + free.size) / 4096 - (node.firstDeferredPfn ?? 0);
    t.true((calls.at(-1)?.of ?? 0) <= all && (calls.at(-1)?.of ?? 0) > 0.97 * all);
  });
