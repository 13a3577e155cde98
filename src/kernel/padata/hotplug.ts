// Mirrors padata_cpu_online() and padata_cpu_offline() of kernel/padata.c (v6.1), and cpu_up() and cpu_down() around them.
import type { CpuId } from '../../lib/units.ts';
import type { Kthread, Word } from '../../cpu/op.ts';
import { cpuOnline, setCpuOnline } from '../cpu.ts';
import { cpumaskTestCpu } from '../cpumask.ts';
import type { Kernel } from '../kernel.ts';
import { listEntries } from '../list.ts';
import { mutexLock, mutexUnlock } from '../locking/mutex.ts';
import { padataStart, padataStop, padataValidateCpumask } from './instance.ts';
import { padataReplace } from './parallel-data.ts';
import { PINST_CPUHP_NODE, PINST_LOCK, pinstCbcpu, pinstPcpu } from './structs.ts';

function instances(k: Kernel): Word[] {
  return listEntries(k.mem, k.data.padataInstances).map((node) => node - PINST_CPUHP_NODE);
}

function pinstHasCpu(k: Kernel, pinst: Word, cpu: CpuId): boolean {
  return cpumaskTestCpu(k, cpu, pinstPcpu(pinst)) || cpumaskTestCpu(k, cpu, pinstCbcpu(k, pinst));
}

function* padataCpuOnline(k: Kernel, pinst: Word): Kthread {
  yield* mutexLock(pinst + PINST_LOCK);
  yield* padataReplace(k, pinst);
  if (
    padataValidateCpumask(k, pinst, pinstPcpu(pinst)) &&
    padataValidateCpumask(k, pinst, pinstCbcpu(k, pinst))
  )
    padataStart(k, pinst);
  yield* mutexUnlock(pinst + PINST_LOCK);
}

function* padataCpuOffline(k: Kernel, pinst: Word, cpu: CpuId): Kthread {
  yield* mutexLock(pinst + PINST_LOCK);
  if (
    !padataValidateCpumask(k, pinst, pinstPcpu(pinst), cpu) ||
    !padataValidateCpumask(k, pinst, pinstCbcpu(k, pinst), cpu)
  )
    yield* padataStop(k, pinst);
  yield* padataReplace(k, pinst, cpu);
  yield* mutexUnlock(pinst + PINST_LOCK);
}

/** cpu_up() at run time: the CPU is online, then padata's instances hear of it. False where it was online. */
export function* hotplugCpuUp(k: Kernel, cpu: CpuId): Kthread<boolean> {
  yield* mutexLock(k.data.cpuHotplugLock);
  const changes = !cpuOnline(k, cpu);
  if (changes) {
    yield { op: 'cpu', cpu, up: true };
    setCpuOnline(k, cpu, true);
    for (const pinst of instances(k)) if (pinstHasCpu(k, pinst, cpu)) yield* padataCpuOnline(k, pinst);
  }
  yield* mutexUnlock(k.data.cpuHotplugLock);
  return changes;
}

/** cpu_down(): padata's instances do without the CPU, then it goes. False where it was offline. */
export function* hotplugCpuDown(k: Kernel, cpu: CpuId): Kthread<boolean> {
  yield* mutexLock(k.data.cpuHotplugLock);
  const changes = cpuOnline(k, cpu);
  if (changes) {
    for (const pinst of instances(k)) if (pinstHasCpu(k, pinst, cpu)) yield* padataCpuOffline(k, pinst, cpu);
    setCpuOnline(k, cpu, false);
    yield { op: 'cpu', cpu, up: false };
  }
  yield* mutexUnlock(k.data.cpuHotplugLock);
  return changes;
}
