// What a description says of CPUs and nodes and none of its tables tells Linux: the machine boots without it.
import type { MachineSpec } from '../spec.ts';
import { signatureOf } from '../acpi-build/build.ts';
import { cpusOfMpTable } from '../acpi-build/mptable.ts';
import { cpusOfMadt } from '../import/madt.ts';
import type { MachineDescription } from './description.ts';

/** A sentence for each; `d` is what was written, since what was left out is a default that nobody said. */
export function unheardOf(
  d: Pick<MachineDescription, 'cpus' | 'nodes'>,
  spec: Pick<MachineSpec, 'acpi' | 'cpus' | 'mp' | 'nodes'>,
): string[] {
  return [...(d.cpus === undefined ? [] : unheardCpus(spec)), ...unheardNodes(spec)];
}

function unheardCpus({ acpi, cpus, mp }: Pick<MachineSpec, 'acpi' | 'cpus' | 'mp'>): string[] {
  // a MADT that is built lists them all
  if (acpi?.kind === 'build') return [];
  const said = cpus.filter(({ enabled }) => enabled).length;
  const madt = acpi?.tables.find(({ bytes }) => signatureOf(bytes) === 'APIC');
  const listed = madt ? cpusOfMadt(madt.bytes).filter(({ enabled }) => enabled).length : 0;
  const inMp = mp ? cpusOfMpTable(mp.table) : 0;
  // without CPUs in its MADT Linux looks into the MP table, and without one there it has the CPU that it runs on
  const found = listed || inMp || 1;
  if (found === said) return [];
  const why =
    listed > 0
      ? `the MADT lists ${listed}`
      : inMp > 0
        ? `no MADT lists CPUs, and the MP table lists ${inMp}`
        : 'neither a MADT nor an MP table lists CPUs';
  return [`cpus: ${count(said, 'CPU')}, but ${why}: Linux finds ${found}`];
}

function unheardNodes({ acpi, nodes }: Pick<MachineSpec, 'acpi' | 'nodes'>): string[] {
  if (nodes.length < 2 || (acpi !== null && (acpi.kind === 'raw' || acpi.srat))) return [];
  const why = acpi === null ? 'without ACPI' : 'with acpi.srat: false';
  return [`nodes: ${count(nodes.length, 'node')}, but ${why} there is no SRAT: Linux finds one`];
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
