// padata_do_multithreaded() for one's own work, over shared memory: npm run example examples/padata-sum.ts
// The same job on the simulator (any number of CPUs, virtual time) and on worker threads (this computer's, measured).
import { Padata } from 'earlyboot';
import type { Data } from './padata/work.ts';

const COUNT = 4_000_000;
const data: Data = {
  numbers: new SharedArrayBuffer(4 * COUNT),
  sums: new SharedArrayBuffer(8),
};
new Int32Array(data.numbers).forEach((_, i, numbers) => (numbers[i] = i));

for (const on of ['simulator', 'workers'] as const) {
  await using padata = new Padata({ cpus: 4, on });
  new BigInt64Array(data.sums)[0] = 0n;
  const { workers, chunks, chunkSize, ns } = await padata.multithreaded({
    work: { module: new URL('./padata/work.ts', import.meta.url), data },
    start: 0,
    size: COUNT,
    align: 1024,
    minChunk: 65_536,
    costNs: (start, end) => 2 * (end - start),
  });
  const cpus = new Set(chunks.map(({ cpu }) => cpu)).size;
  console.log(`${on}: sum ${new BigInt64Array(data.sums)[0]}`);
  console.log(`  ${workers} threads, ${chunks.length} chunks of at most ${chunkSize}, on ${cpus} CPUs`);
  console.log(`  ${(ns / 1e6).toFixed(1)} ms ${on === 'workers' ? 'measured' : 'of virtual time'}`);
}
