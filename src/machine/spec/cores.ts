// Which CPUs share a core, for the cost model: a core is what APIC ids have in common above the thread's bits.
import { roundupPowOfTwo } from '../../lib/align.ts';
import type { Topology } from '../spec.ts';

/** A core's number for each APIC id; null where the machine's threads a core are not known. */
export function coresOfApicIds(topology: Topology | null, apicIds: readonly number[]): number[] | null {
  if (topology === null) return null;
  const threadIds = roundupPowOfTwo(topology.threads);
  return apicIds.map((apicId) => Math.floor(apicId / threadIds));
}
