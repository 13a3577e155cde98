// Mirrors cpu_online_mask and cpu_up() of kernel/cpu.c (v6.1), as far as padata and deferred init look at them.
import type { CpuId } from '../lib/units.ts';
import type { Kthread } from '../cpu/op.ts';
import { cpusOfMask, MASK_BITS, type Kernel } from './kernel.ts';

/** The online CPUs, ascending. */
export function onlineCpus(k: Kernel): CpuId[] {
  return cpusOfMask(k, k.data.cpuOnlineMask);
}

/** cpu_online(). */
export function cpuOnline(k: Kernel, cpu: CpuId): boolean {
  const bits = k.mem.readOnce(k.data.cpuOnlineMask + Math.floor(cpu / MASK_BITS));
  return Math.floor(bits / 2 ** (cpu % MASK_BITS)) % 2 === 1;
}

/** set_cpu_online(). */
export function setCpuOnline(k: Kernel, cpu: CpuId, online: boolean): void {
  if (cpuOnline(k, cpu) === online) return;
  const at = k.data.cpuOnlineMask + Math.floor(cpu / MASK_BITS);
  const bit = 2 ** (cpu % MASK_BITS);
  k.mem.writeOnce(at, k.mem.readOnce(at) + (online ? bit : -bit));
}

/** cpu_up() in early boot, where nobody is told of it: whether the CPU is online now. */
export function* cpuUp(k: Kernel, cpu: CpuId): Kthread<boolean> {
  if ((yield { op: 'cpu', cpu, up: true }) < 0) return cpuOnline(k, cpu);
  setCpuOnline(k, cpu, true);
  return true;
}

/** bringup_nonboot_cpus(): starts present CPUs in ascending order until `maxCpus` are online. */
export function* bringupNonbootCpus(k: Kernel, present: readonly CpuId[], maxCpus: number): Kthread<number> {
  let online = onlineCpus(k).length;
  for (const cpu of present) {
    if (online >= maxCpus) break;
    if (!cpuOnline(k, cpu) && (yield* cpuUp(k, cpu))) online += 1;
  }
  return online;
}
