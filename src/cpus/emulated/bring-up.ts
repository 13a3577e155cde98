// Emulated CPUs for one boot: the boot CPU starts the others one by one, and who reports is online.
import { availableParallelism } from 'node:os';
import { InputError } from '../../lib/input-error.ts';
import type { CpuId, Nid } from '../../lib/units.ts';
import { smpBootLines } from '../../arch/x86/smpboot.ts';
import type { SmpBootLine, StartedCpu } from '../../arch/x86/smpboot.ts';
import { CpuLost } from './fault.ts';
import { SmpMachine } from './machine.ts';
import { nodeSmpImages } from './node.ts';

/** A possible CPU as the MADT and the SRAT have it; its position is its number. */
export interface PossibleEmulatedCpu {
  readonly apicId: number;
  readonly node: Nid;
  /** Enabled in the MADT: smp_init tries to start it. */
  readonly present: boolean;
}

export interface EmulatedCpusOptions {
  /** The boot CPU first. */
  readonly cpus: readonly PossibleEmulatedCpu[];
  /** Nodes that may come (num_possible_nodes), for the log's columns; those of the CPUs where it is left out. */
  readonly possibleNodes?: number | undefined;
  /** The MADT's local APIC address; 0xfee00000 where it is left out. */
  readonly lapicAddress?: number | undefined;
  /** Online CPUs at most (maxcpus=). */
  readonly maxCpus?: number | undefined;
  /** Leave out CPUs that do not come up, with the kernel's message, and go on. Without it they end the boot. */
  readonly tolerateCpuLoss?: boolean | undefined;
  /** Worker threads; as many as the host has cores where it is left out. */
  readonly workers?: number | undefined;
  /** A worker that gives no sign for so long has failed; default 10 000. */
  readonly deadlineMs?: number | undefined;
  /** Called for each CPU that was started, with how many will be at most; the boot CPU counts. */
  readonly onCpu?: ((done: number, of: number) => void) | undefined;
  /** For tests: CPUs that hear no SIPI; host time in the guests' clocks, which makes runs differ. */
  readonly faults?: { readonly deaf?: readonly CpuId[]; readonly hostClock?: boolean } | undefined;
}

/** CPUs that are up and take commands. To be closed in the end, whatever happened. */
export interface EmulatedCpus {
  readonly machine: SmpMachine;
  /** Ascending; CPU 0 among them. */
  readonly online: readonly CpuId[];
  /** Those that were tried and did not come up, with the reason. */
  readonly failed: readonly CpuLost[];
  /** The kernel's lines, up to `smp: Brought up`. */
  readonly lines: readonly SmpBootLine[];
  /** Number in the machine of a CPU of the kernel's: absent ones have none there. */
  readonly slotOf: ReadonlyMap<CpuId, number>;
  readonly apicIds: readonly number[];
  readonly tolerateCpuLoss: boolean;
}

/**
 * Switches an emulated machine on and starts its CPUs in ascending order, as bringup_nonboot_cpus() does.
 * @throws CpuLost where one does not come up and that is not tolerated; InputError for machines that cannot be emulated
 */
export async function bringUpEmulatedCpus(options: EmulatedCpusOptions): Promise<EmulatedCpus> {
  const present = options.cpus.flatMap(({ present: there }, cpu) => (there || cpu === 0 ? [cpu] : []));
  const slotOf = new Map(present.map((cpu, slot) => [cpu, slot]));
  const apicIds = present.map((cpu) => options.cpus[cpu]?.apicId ?? -1);
  const tolerateCpuLoss = options.tolerateCpuLoss ?? false;
  const deaf = (options.faults?.deaf ?? []).map((cpu) => slotOf.get(cpu) ?? -1);
  const machine = await SmpMachine.create({
    cpus: present.map((name, slot) => ({ apicId: apicIds[slot] ?? -1, name })),
    images: await nodeSmpImages(),
    workers: options.workers ?? availableParallelism(),
    now: () => performance.now(),
    ...{ direct: true, record: true, faults: { ...options.faults, deaf } },
    ...(options.lapicAddress === undefined ? {} : { lapicAddress: options.lapicAddress }),
    ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
  });
  try {
    const started: StartedCpu[] = [];
    const failed: CpuLost[] = [];
    for (const cpu of present.slice(1)) {
      // Those that failed do not count, as in bringup_nonboot_cpus().
      if (1 + started.length - failed.length >= (options.maxCpus ?? Infinity)) break;
      const lost = await start(machine, slotOf.get(cpu) ?? 0, cpu);
      if (lost && !tolerateCpuLoss) throw lost;
      if (lost) failed.push(lost);
      started.push({ cpu, node: options.cpus[cpu]?.node ?? 0, up: lost === null });
      options.onCpu?.(1 + started.length, Math.min(present.length, options.maxCpus ?? Infinity));
    }
    const online = [0, ...started.flatMap(({ cpu, up }) => (up ? [cpu] : []))];
    checkReports(machine, online, slotOf, apicIds);
    const possibleNodes = options.possibleNodes ?? new Set(options.cpus.map(({ node }) => node)).size;
    const lines = smpBootLines(started, { possibleCpus: options.cpus.length, possibleNodes });
    return { machine, online, failed, lines, slotOf, apicIds, tolerateCpuLoss };
  } catch (error) {
    await machine.kill();
    throw error;
  }
}

async function start(machine: SmpMachine, slot: number, cpu: CpuId): Promise<CpuLost | null> {
  try {
    await machine.startCpu(slot);
    return null;
  } catch (error) {
    if (error instanceof CpuLost && error.cpu === cpu) return error;
    throw error;
  }
}

/** What the CPUs say of themselves must be what the tables say. */
function checkReports(
  machine: SmpMachine,
  online: readonly CpuId[],
  slotOf: ReadonlyMap<CpuId, number>,
  apicIds: readonly number[],
): void {
  for (const cpu of online) {
    const slot = slotOf.get(cpu) ?? 0;
    const report = machine.report(slot);
    const expected = apicIds[slot] ?? -1;
    const inCpuid = (report?.cpuid.cpuidEbx ?? 0) >>> 24;
    if (report?.apicId !== expected || inCpuid !== (expected & 0xff))
      throw new InputError('guest', `CPU ${cpu} says that its APIC ID is ${report?.apicId}, not ${expected}`);
  }
}
