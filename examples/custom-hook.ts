// What if an architecture let only one thread a core initialise memory? npm run example examples/custom-hook.ts
import { bootMachine, defineArch } from 'earlyboot';

const MACHINE = 'skylake-768g';

/** deferred_page_init_max_threads() of an architecture that does not trust hyper-threading: half of a node's CPUs. */
const oneThreadACore = defineArch({
  name: 'one-thread-a-core',
  deferredPageInitMaxThreads: (nodeCpumask) => Math.max(nodeCpumask.length / 2, 1),
});

const ARCHITECTURES = [
  ['x86 (all CPUs of the node)', 'x86'],
  ['one thread a core', oneThreadACore],
  ['generic (one thread)', 'generic'],
] as const;

for (const [name, arch] of ARCHITECTURES) {
  const { record, jobs } = await bootMachine(MACHINE, { arch });
  const slowest = Math.max(...record.deferredInit.map(({ ms }) => ms));
  const threads = Math.max(...jobs.map(({ workers }) => workers));
  console.log(`${name}: ${threads} threads a node, deferred init takes ${slowest} ms (model)`);
}
