// What Linux makes of a machine that a file describes. In the checkout: npm run example examples/script.js; installed: node script.js
import { fileURLToPath } from 'node:url';
import { bootMachine, diffBoots, diffText, MiB } from 'earlyboot';

const MACHINE = fileURLToPath(new URL('machine.yaml', import.meta.url));

const boot = await bootMachine(MACHINE);
for (const { id, cpus, presentPages, firstDeferredPfn } of boot.nodes) {
  const deferred =
    firstDeferredPfn === null ? 'nothing deferred' : `deferred from pfn ${firstDeferredPfn} on`;
  console.log(`node ${id}: ${cpus.length} CPUs, ${Math.round((presentPages * 4096) / MiB)} MiB, ${deferred}`);
}
for (const { node, workers, chunks } of boot.jobs)
  console.log(`node ${node}: ${chunks.length} chunks on ${workers} threads`);
console.log(`the EBDA was taken by ${boot.memblock.ownerOf(0x9fc00)?.caller}`);

// the same with another command line
const capped = await bootMachine(MACHINE, { append: 'mem=8G' });
console.log(diffText(diffBoots(boot.record, capped.record)).split('\n').slice(0, 8).join('\n'));
