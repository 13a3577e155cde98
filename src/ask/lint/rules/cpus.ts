// The MADT: against itself, against the SRAT, against what the CPU can do.
import { madtOf, sratOf, type MadtEntry } from '../affinity.ts';
import type { Hit, LintMachine, Rule } from '../types.ts';

const MADT = 'ACPI 6.5, section 5.2.12';
const FIRST_X2APIC_ID = 255;
const MOST_NAMED = 8;

export const CPU_RULES: readonly Rule[] = [
  {
    id: 'cpu-without-node',
    severity: 'warning',
    why: 'A CPU that the SRAT does not list is put on any node.',
    source: `${MADT}, 5.2.16; arch/x86/mm/numa.c (v6.1), init_cpu_to_node`,
    linux: 'spreads such CPUs over the nodes with memory, one after the other',
    since: '2.6.12',
    *check(machine) {
      const srat = sratOf(machine);
      if (srat === null || srat.cpus.size === 0) return;
      yield* named(
        enabled(machine).filter(({ apicId }) => !srat.cpus.has(apicId)),
        'enabled and in no node of the SRAT',
      );
    },
  },
  {
    id: 'node-cpu-unknown',
    severity: 'warning',
    why: 'The SRAT gives a node a CPU that the MADT does not list.',
    source: `${MADT}, 5.2.16`,
    linux: 'keeps the binding, for a CPU that never comes',
    since: '2.6.12',
    *check(machine) {
      const madt = madtOf(machine);
      if (madt === null) return;
      const known = new Set(madt.map(({ apicId }) => apicId));
      const unknown = [...(sratOf(machine)?.cpus.keys() ?? [])].filter((apicId) => !known.has(apicId));
      yield* named(
        unknown.map((apicId) => ({ apicId })),
        'in the SRAT, and not in the MADT',
      );
    },
  },
  {
    id: 'cpu-twice',
    severity: 'error',
    why: 'An APIC id is one CPU.',
    source: `${MADT}; arch/x86/kernel/apic/apic.c (v6.1), generic_processor_info`,
    linux: 'ignores the second entry, or counts a CPU that never comes up',
    since: '2.6.12',
    *check(machine) {
      const seen = new Set<number>();
      const twice: MadtEntry[] = [];
      for (const cpu of enabled(machine)) {
        if (seen.has(cpu.apicId)) twice.push(cpu);
        seen.add(cpu.apicId);
      }
      yield* named(twice, 'enabled twice in the MADT');
    },
  },
  {
    id: 'x2apic-missing',
    severity: 'error',
    why: 'APIC ids from 255 on exist with x2APIC only.',
    source: `${MADT}.12; arch/x86/kernel/acpi/boot.c (v6.1), acpi_parse_x2apic`,
    linux: 'ignores such CPUs',
    since: '2.6.29',
    *check(machine) {
      if (machine.spec.cpu.x2apic) return;
      yield* named(
        enabled(machine).filter(({ apicId }) => apicId >= FIRST_X2APIC_ID),
        'without x2APIC in CPUID',
      );
    },
  },
  {
    id: 'x2apic-entry',
    severity: 'error',
    why: 'A local APIC entry holds ids up to 254: 255 means all CPUs.',
    source: `${MADT}.2; arch/x86/kernel/acpi/boot.c (v6.1), acpi_parse_lapic`,
    linux: 'ignores an entry with id 255',
    since: '2.6.12',
    *check(machine) {
      yield* named(
        enabled(machine).filter(({ apicId, x2apic }) => !x2apic && apicId >= FIRST_X2APIC_ID),
        'in a local APIC entry, which needs one of x2APIC',
      );
    },
  },
];

const enabled = (machine: LintMachine): readonly MadtEntry[] =>
  (madtOf(machine) ?? []).filter((cpu) => cpu.enabled);

/** One hit for all CPUs with the same fault. */
function* named(cpus: readonly { readonly apicId: number }[], what: string): Generator<Hit> {
  if (cpus.length === 0) return;
  const ids = cpus.slice(0, MOST_NAMED).map(({ apicId }) => `0x${apicId.toString(16)}`);
  const more = cpus.length > MOST_NAMED ? ` and ${cpus.length - MOST_NAMED} more` : '';
  yield { message: `APIC ${ids.join(', ')}${more}: ${what}`, path: ['cpus'] };
}
