// Mirrors arch/x86/kernel/apic/apic.c and smpboot.c (v6.1): which CPUs there are, and how Linux numbers them.
import { allocOrPanic } from '../../mm/alloc_or_panic.ts';
import { sizeOf } from '../../kernel/word.ts';
import { IOAPIC_RESOURCE_NAME_SIZE, SIZEOF_RESOURCE, SMP_CACHE_BYTES } from './layout.ts';
import type { X86State } from './state.ts';

/** MAX_LOCAL_APIC: higher ids are skipped. */
const MAX_LOCAL_APIC = 32768;
const CPUID_FEATURES = 1;

/** What CPU enumeration counts. */
export interface ApicState {
  /** boot_cpu_physical_apicid. */
  readonly bootApicId: number;
  bootCpuSeen: boolean;
  /** APIC ids by logical CPU number; the boot CPU has 0. */
  readonly apicIds: (number | undefined)[];
  nextLogicalId: number;
  numProcessors: number;
  disabledCpus: number;
  ioApics: number;
}

/** Before the MADT is read: the boot CPU's own id is known from CPUID. */
export function newApicState(x86: X86State): ApicState {
  const leaf = x86.bootParams.cpuid.find((l) => l.leaf === CPUID_FEATURES);
  return {
    bootApicId: leaf ? leaf.ebx >>> 24 : 0,
    bootCpuSeen: false,
    apicIds: [],
    nextLogicalId: 1,
    numProcessors: 0,
    disabledCpus: 0,
    ioApics: 0,
  };
}

/** One MADT entry: counted, and numbered where it is enabled and there is room (acpi_register_lapic, generic_processor_info). */
export function acpiRegisterLapic(x86: X86State, apic: ApicState, id: number, enabled: boolean): void {
  const { ctx } = x86;
  const limit = ctx.nrCpuIds;
  if (id >= MAX_LOCAL_APIC) return;
  if (!enabled) {
    apic.disabledCpus += 1;
    return;
  }
  const ignored = `Processor ${limit + apic.disabledCpus}/0x${id.toString(16)} ignored.`;
  if (!apic.bootCpuSeen && apic.numProcessors >= limit - 1 && id !== apic.bootApicId) {
    ctx.printk.warn(
      `APIC: NR_CPUS/possible_cpus limit of ${limit} almost reached. Keeping one slot for boot cpu.  ${ignored}`,
    );
    apic.disabledCpus += 1;
    return;
  }
  if (apic.numProcessors >= limit) {
    ctx.printk.warn(`APIC: NR_CPUS/possible_cpus limit of ${limit} reached. ${ignored}`);
    apic.disabledCpus += 1;
    return;
  }
  if (id === apic.bootApicId) {
    apic.bootCpuSeen = true;
    apic.apicIds[0] = id;
  } else {
    if (apic.apicIds.includes(id)) return;
    if (apic.nextLogicalId >= limit) {
      apic.disabledCpus += 1;
      return;
    }
    apic.apicIds[apic.nextLogicalId++] = id;
  }
  apic.numProcessors += 1;
}

/** Fixes how many CPUs can ever be, and prints it (prefill_possible_map). */
export function prefillPossibleMap(x86: X86State, apic: ApicState): void {
  const { ctx } = x86;
  if (apic.numProcessors === 0) {
    ctx.printk.warn(`Boot CPU (id ${apic.bootApicId}) not listed by BIOS`);
    apic.apicIds[0] = apic.bootApicId;
    apic.numProcessors = 1;
  }
  let possible = x86.possibleCpusParam ?? apic.numProcessors + (x86.maxCpus > 0 ? apic.disabledCpus : 0);
  if (possible > ctx.nrCpuIds) {
    ctx.printk.warn(`${possible} Processors exceeds NR_CPUS limit of ${ctx.nrCpuIds}`);
    possible = ctx.nrCpuIds;
  }
  if (x86.maxCpus === 0 && possible > 1) {
    ctx.printk.warn(`${possible} Processors exceeds max_cpus limit of ${x86.maxCpus}`);
    possible = 1;
  }
  ctx.nrCpuIds = possible;
  const hotplug = Math.max(possible - apic.numProcessors, 0);
  ctx.printk.info(
    ctx.profile.rules.cpuLine !== 'cpu-topo'
      ? `${ctx.profile.rules.cpuLine === 'smp' ? 'SMP' : 'smpboot'}: Allowing ${possible} CPUs, ${hotplug} hotplug CPUs`
      : `CPU topo: Allowing ${possible - hotplug} present CPUs plus ${hotplug} hotplug CPUs`,
  );
  for (let cpu = 0; cpu < possible; cpu++) {
    const apicId = apic.apicIds[cpu];
    ctx.cpus.push({ apicId: apicId ?? -1, node: -1, present: apicId !== undefined });
  }
}

/**
 * CPUs to nodes: first all by number, one node with memory after the other, then those that the SRAT knows to theirs; a
 * node with CPUs alone comes online here (numa_init_array, init_cpu_to_node).
 */
export function initCpuToNode(x86: X86State): void {
  const { ctx, numa } = x86;
  const online = [...numa.nodesOnline].sort((a, b) => a - b);
  ctx.cpus.forEach((cpu, number) => {
    const node = cpu.apicId >= 0 ? numa.apicidToNode.get(cpu.apicId) : undefined;
    cpu.node = node ?? (online[number % online.length] as number);
    if (node !== undefined) numa.nodesOnline.add(node);
  });
}

/** One resource with a name for each IO-APIC, in one piece (io_apic_init_mappings). */
export function ioApicInitMappings(x86: X86State, apic: ApicState): void {
  if (apic.ioApics === 0) return;
  const size =
    (sizeOf(x86.ctx.profile, 'resource', SIZEOF_RESOURCE) + IOAPIC_RESOURCE_NAME_SIZE) * apic.ioApics;
  allocOrPanic(x86.ctx, size, SMP_CACHE_BYTES, 'io_apic_init_mappings', 'ioapic_setup_resources');
}
