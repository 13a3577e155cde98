// How many CPUs a log says that its machine has: the firmware's count stands in nearly every log.
import { MAX_CPUS } from '../spec/limits.ts';
import type { LogText } from './lines.ts';

/** Usable CPUs, and places for more that the firmware lists as not there yet. */
export interface CpuCount {
  readonly present: number;
  readonly hotplug: number;
}

/** Of 2.6 to 6.8, where the first number counts both. */
const ALLOWING = /^(?:smpboot|SMP): Allowing (\d{1,5}) CPUs, (\d{1,5}) hotplug CPUs/;
/** Since 6.9. */
const TOPO = /^CPU topo: Allowing (\d{1,5}) present CPUs plus (\d{1,5}) hotplug CPUs/;
/** Where the lines above were lost: what came up, and how many the kernel keeps room for. */
const BROUGHT_UP = /^(?:(?:smp|x86): )?Brought up (?:\d{1,5} nodes?, )?(\d{1,5}) CPUs/;
const NR_CPU_IDS = /^setup_percpu: .{0,80}nr_cpu_ids:(\d{1,5})/;

/** null where no line says it. */
export function cpuCountFromLines(lines: readonly LogText[]): CpuCount | null {
  let up: CpuCount | null = null;
  let ids: CpuCount | null = null;
  for (const { text } of lines) {
    const topo = TOPO.exec(text);
    if (topo) return counted(Number(topo[1]), Number(topo[2]));
    const allowing = ALLOWING.exec(text);
    if (allowing) return counted(Number(allowing[1]) - Number(allowing[2]), Number(allowing[2]));
    const nrCpuIds = NR_CPU_IDS.exec(text);
    if (nrCpuIds) ids ??= counted(Number(nrCpuIds[1]), 0);
    const broughtUp = BROUGHT_UP.exec(text);
    if (broughtUp) up ??= counted(Number(broughtUp[1]), 0);
  }
  return ids ?? up;
}

/** A count that no kernel prints counts for nothing. */
function counted(present: number, hotplug: number): CpuCount | null {
  return present < 1 || present + hotplug > MAX_CPUS ? null : { present, hotplug };
}
