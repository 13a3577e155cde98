// Deferred init under the RFC's padata: the same chunks as merged, on simulated CPUs and on worker threads.
import test from 'ava';
import { cli } from '../../../helpers/cli.ts';

interface Job {
  readonly start: number;
  readonly size: number;
  readonly workers: number;
  readonly chunkSize: number;
  readonly chunks: readonly { readonly start: number; readonly end: number }[];
}

async function jobs(kernel: string, ...options: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await cli([
    ...['boot', 'epyc-16g-guest', '--kernel', kernel, '--json', '-', ...options],
  ]);
  if (code !== 0) throw new Error(stderr);
  const record = JSON.parse(stdout) as { readonly jobs: readonly Job[] };
  return record.jobs.map(({ start, size, workers, chunkSize, chunks }) => ({
    ...{ start, size, workers, chunkSize },
    chunks: chunks.map((chunk) => [chunk.start, chunk.end]).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
  }));
}

test('deferred init as 5.8 has it, job for job and chunk for chunk', async (t) => {
  const merged = await jobs('5.8');
  for (const kernel of ['rfc-2022', 'rfc-2022-cancel']) t.deepEqual(await jobs(kernel), merged, kernel);
  t.deepEqual(await jobs('rfc-2022', '--cpus', 'threads'), merged);
});
