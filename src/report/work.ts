// Everything that threads initialised: padata's jobs, and pieces that a node's own thread did without a job.
import type { RecordJob, RunRecord } from '../init/record.ts';
import type { Nid } from '../lib/units.ts';

/** A job with its chunks; `serial` ones are no call of padata, but pieces that their node's thread did alone. */
export interface Work extends RecordJob {
  readonly serial: boolean;
}

/** Jobs in the record's order, then one entry for each node with pieces of its own. */
export function workOf(record: RunRecord): Work[] {
  const jobs = record.jobs.map((job): Work => ({ ...job, serial: false }));
  const byNode = new Map<Nid, RunRecord['serial'][number][]>();
  for (const piece of record.serial) {
    const own = byNode.get(piece.node);
    if (own) own.push(piece);
    else byNode.set(piece.node, [piece]);
  }
  const serial = [...byNode].map(([node, pieces]): Work => {
    const size = pieces.reduce((sum, piece) => sum + piece.end - piece.start, 0);
    const start = pieces.reduce((least, piece) => Math.min(least, piece.start), Infinity);
    const zone = record.jobs.find((job) => job.node === node)?.zone ?? '';
    const alone = { align: 1, minChunk: 1, maxThreads: 1, workers: 1, chunkSize: size, serial: true };
    return { node, zone, start, size, ...alone, chunks: pieces };
  });
  return [...jobs, ...serial];
}
