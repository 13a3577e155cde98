// SRAT: which CPU and which memory belongs to which proximity domain; SLIT: how far they are (ACPI 6.5, 5.2.16, 5.2.17).
import type { CpuSpec, NodeMemory, NodeSpec } from '../spec.ts';
import { ByteWriter } from './bytes.ts';
import { acpiTable, type AcpiMaker } from './header.ts';
import { FIRST_X2APIC_ID } from './madt.ts';

const ENABLED = 1;
const HOT_PLUGGABLE = 2;
const NON_VOLATILE = 4;

/** CPU entries node by node, then memory entries node by node; Linux numbers nodes in this order. */
export function buildSrat(
  nodes: readonly NodeSpec[],
  cpus: readonly CpuSpec[],
  maker: AcpiMaker,
  revision = 3,
): Uint8Array {
  const body = new ByteWriter().u32(1).zeros(8);
  for (const node of nodes) {
    for (const index of node.cpus) {
      const cpu = cpus[index];
      if (cpu) sratCpu(body, node.pxm, cpu.apicId, cpu.apicId >= FIRST_X2APIC_ID);
    }
  }
  for (const node of nodes) {
    for (const range of node.memory) sratMemory(body, node.pxm, range);
  }
  return acpiTable('SRAT', revision, maker, body.finish());
}

/** A memory range of a proximity domain, 40 bytes. */
export function sratMemory(body: ByteWriter, pxm: number, range: NodeMemory): void {
  const flags = ENABLED | (range.hotplug ? HOT_PLUGGABLE : 0) | (range.nonvolatile ? NON_VOLATILE : 0);
  body.raw([1, 40]).u32(pxm).u16(0).u64(range.start).u64(range.size).u32(0).u32(flags).zeros(8);
}

/** A CPU of a proximity domain: 24 bytes by x2APIC id, 16 by local APIC id. */
export function sratCpu(body: ByteWriter, pxm: number, apicId: number, x2apic: boolean): void {
  if (x2apic) {
    body.raw([2, 24]).u16(0).u32(pxm).u32(apicId).u32(ENABLED).zeros(8);
    return;
  }
  body.raw([0, 16, pxm, apicId]).u32(ENABLED).u8(0);
  body.raw([pxm >>> 8, pxm >>> 16, pxm >>> 24]).u32(0);
}

/** Square matrix of relative distances, 10 for a node to itself. */
export function buildSlit(distances: readonly (readonly number[])[], maker: AcpiMaker): Uint8Array {
  const body = new ByteWriter().u64(distances.length);
  for (const row of distances) body.raw(row);
  return acpiTable('SLIT', 1, maker, body.finish());
}
