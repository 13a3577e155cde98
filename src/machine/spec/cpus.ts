// The CPU list of a description: APIC ids in the order in which the MADT names them, and Linux numbers them.
import { ilog2, roundupPowOfTwo } from '../../lib/align.ts';
import type { CpuSpec, Topology } from '../spec.ts';
import { MAX_CPUS, MAX_CPUS_EXPECTED } from './limits.ts';
import { DescriptionError } from './values.ts';
import type { CpusByTopology, CpusDescription } from './description.ts';

export interface CpuList {
  readonly cpus: readonly CpuSpec[];
  readonly topology: Topology | null;
}

/**
 * A number is one socket of so many cores.
 * @throws DescriptionError where sockets, cores and threads make more CPUs than Linux can number, or all are yet to be plugged
 */
export function cpusOf(description: CpusDescription): CpuList {
  if (typeof description === 'number') return byTopology({ sockets: 1, cores: description });
  if ('sockets' in description) return byTopology(description);
  const cpus = description.map((cpu) =>
    typeof cpu === 'number'
      ? { apicId: cpu, enabled: true }
      : { apicId: cpu.apicId, enabled: cpu.enabled ?? true },
  );
  return { cpus, topology: null };
}

/** APIC ids have a field for the thread, the core and the socket, each as wide as its count needs. */
function byTopology(description: CpusByTopology): CpuList {
  const { sockets, cores = 1, threads = 1, order = 'apic', hotplug = 0 } = description;
  const count = sockets * cores * threads;
  if (count > MAX_CPUS) throw new DescriptionError(['cpus'], `${count} CPUs: ${MAX_CPUS_EXPECTED}`);
  if (hotplug >= count)
    throw new DescriptionError(
      ['cpus', 'hotplug'],
      `${hotplug}: expected less than the ${count} CPUs of the machine, one of which boots it`,
    );
  const coreShift = ilog2(roundupPowOfTwo(threads));
  const socketShift = coreShift + ilog2(roundupPowOfTwo(cores));
  const ids: { readonly apicId: number; readonly thread: number }[] = [];
  for (let socket = 0; socket < sockets; socket++) {
    for (let core = 0; core < cores; core++) {
      for (let thread = 0; thread < threads; thread++)
        ids.push({ apicId: socket * 2 ** socketShift + core * 2 ** coreShift + thread, thread });
    }
  }
  // a stable sort keeps sockets and cores in order within each thread number
  if (order === 'siblings-last') ids.sort((a, b) => a.thread - b.thread);
  const enabled = ids.length - hotplug;
  return {
    cpus: ids.map(({ apicId }, i) => ({ apicId, enabled: i < enabled })),
    topology: { sockets, cores, threads },
  };
}
