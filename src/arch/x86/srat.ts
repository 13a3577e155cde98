// Mirrors arch/x86/mm/srat.c and drivers/acpi/numa/srat.c (v6.1): SRAT and SLIT turned into nodes.
import { hex, pfnUp, type Nid } from '../../lib/units.ts';
import { findTable, subtables, u32, u64, u8, type Subtable } from './acpi_tables.ts';
import { LOCAL_DISTANCE } from './numa_state.ts';
import { numaSetDistance } from './numa_distance.ts';
import { numaAddMemblk } from './numa_meminfo.ts';
import type { X86State } from './state.ts';

/** Subtable types of the SRAT (ACPI specification 6.5, section 5.2.16). */
const SRAT_CPU_AFFINITY = 0;
const SRAT_MEMORY_AFFINITY = 1;
const SRAT_X2APIC_CPU_AFFINITY = 2;
const SRAT_GICC_AFFINITY = 3;
const SRAT_GENERIC_AFFINITY = 5;
/** Bytes of the SRAT and SLIT before their entries: header, and what follows it. */
const SRAT_HEADER_SIZE = 48;
const SLIT_HEADER_SIZE = 44;
const FLAG_ENABLED = 1;
const MEM_FLAG_HOTPLUGGABLE = 2;
const MEM_FLAG_NON_VOLATILE = 4;

/** Whether ACPI described the nodes (x86_acpi_numa_init, acpi_numa_init). */
export function x86AcpiNumaInit(x86: X86State): boolean {
  if (x86.acpiDisabled || x86.bootParams.acpi === null) return false;
  const srat = findTable(x86.bootParams.acpi, 'SRAT');
  let parsedMemblks = 0;
  if (srat) {
    const revision = u8(srat, 8);
    const entries = [...subtables(srat, SRAT_HEADER_SIZE)];
    for (const entry of entries) parseAffinity(x86, entry, revision);
    for (const entry of entries)
      if (entry.type === SRAT_MEMORY_AFFINITY && parseMemoryAffinity(x86, entry, revision))
        parsedMemblks += 1;
  }
  const slit = findTable(x86.bootParams.acpi, 'SLIT');
  if (slit) parseSlit(x86, slit);
  if (findTable(x86.bootParams.acpi, 'CEDT')) x86.ctx.warn('ACPI CEDT (CXL windows) is not modelled');
  return parsedMemblks > 0 && !x86.numa.sratDisabled;
}

/** The node of a proximity domain: the first free number when it is met for the first time (acpi_map_pxm_to_node). */
function mapPxmToNode(x86: X86State, pxm: number): Nid {
  const { pxmToNode } = x86.numa;
  const known = pxmToNode.get(pxm);
  if (known !== undefined) return known;
  // MAX_PXM_DOMAINS is MAX_NUMNODES; domains from 2^31 on are negative numbers there
  if (pxm >= x86.ctx.profile.config.maxNumnodes) return -1;
  if (pxmToNode.size >= x86.ctx.profile.config.maxNumnodes) return -1;
  const node = pxmToNode.size;
  pxmToNode.set(pxm, node);
  return node;
}

function badSrat(x86: X86State): void {
  x86.ctx.printk.print('ACPI: SRAT: SRAT not used.', 3);
  x86.numa.sratDisabled = true;
}

/** CPU and generic initiator entries, in the table's order. */
function parseAffinity(x86: X86State, entry: Subtable, revision: number): void {
  if (x86.numa.sratDisabled) return;
  const { bytes } = entry;
  if (entry.type === SRAT_CPU_AFFINITY) {
    if (bytes.length !== 16) return badSrat(x86);
    if (!(u32(bytes, 4) & FLAG_ENABLED)) return;
    let pxm = u8(bytes, 2);
    if (revision >= 2) pxm += (u32(bytes, 8) >>> 8) * 256;
    bindApic(x86, pxm, u8(bytes, 3), 2);
  } else if (entry.type === SRAT_X2APIC_CPU_AFFINITY) {
    if (bytes.length < 24) return badSrat(x86);
    if (!(u32(bytes, 12) & FLAG_ENABLED)) return;
    bindApic(x86, u32(bytes, 4), u32(bytes, 8), 4);
  } else if (entry.type === SRAT_GENERIC_AFFINITY) {
    if (!(u32(bytes, 24) & FLAG_ENABLED)) return;
    const node = mapPxmToNode(x86, u32(bytes, 4));
    if (node >= 0) x86.numa.nodesParsed.add(node);
  } else if (entry.type !== SRAT_MEMORY_AFFINITY && entry.type !== SRAT_GICC_AFFINITY) {
    x86.ctx.warn(`ACPI SRAT: subtable type ${entry.type} is not modelled`);
  }
}

function bindApic(x86: X86State, pxm: number, apicId: number, digits: number): void {
  const { numa, ctx } = x86;
  const node = mapPxmToNode(x86, pxm);
  if (node < 0) {
    ctx.printk.print(`SRAT: Too many proximity domains ${pxm.toString(16)}`, 3);
    return badSrat(x86);
  }
  numa.apicidToNode.set(apicId, node);
  numa.nodesParsed.add(node);
  if (ctx.profile.rules.sratApicLines === 'debug') return;
  ctx.printk.info(`SRAT: PXM ${pxm} -> APIC ${hex(apicId, digits)} -> Node ${node}`);
}

/** acpi_numa_memory_affinity_init: one block of memory for a node. */
function parseMemoryAffinity(x86: X86State, { bytes }: Subtable, revision: number): boolean {
  const { numa, ctx } = x86;
  if (numa.sratDisabled) return false;
  if (bytes.length < 40) {
    ctx.printk.print(`ACPI: SRAT: Unexpected header length: ${bytes.length}`, 3);
    badSrat(x86);
    return false;
  }
  const flags = u32(bytes, 28);
  if (!(flags & FLAG_ENABLED)) return false;
  const start = u64(bytes, 8, 'SRAT memory base');
  const length = u64(bytes, 16, 'SRAT memory length');
  const pxm = revision <= 1 ? u32(bytes, 2) & 0xff : u32(bytes, 2);
  const node = mapPxmToNode(x86, pxm);
  if (node < 0) {
    ctx.printk.print('ACPI: SRAT: Too many proximity domains.', 3);
    badSrat(x86);
    return false;
  }
  const range = `[mem ${hex(start, 8)}-${hex(start + length - 1, 8)}]`;
  if (length > 0 && !numaAddMemblk(x86, { start, end: start + length, nid: node })) {
    ctx.printk.print(`ACPI: SRAT: Failed to add memblk to node ${node} ${range}`, 3);
    badSrat(x86);
    return false;
  }
  numa.nodesParsed.add(node);
  const hotplug = (flags & MEM_FLAG_HOTPLUGGABLE) !== 0;
  const suffix = (hotplug ? ' hotplug' : '') + (flags & MEM_FLAG_NON_VOLATILE ? ' non-volatile' : '');
  ctx.printk.info(`${ctx.profile.rules.sratPrefix}Node ${node} PXM ${pxm} ${range}${suffix}`);
  if (hotplug) ctx.memblock.markHotplug(start, length);
  ctx.maxPossiblePfn = Math.max(ctx.maxPossiblePfn, pfnUp(start + length - 1));
  return true;
}

/** acpi_parse_slit: used only where the diagonal is 10 and everything else more. */
function parseSlit(x86: X86State, slit: Uint8Array): void {
  const { numa, ctx } = x86;
  const count = u64(slit, 36, 'SLIT locality count');
  const at = (i: number, j: number): number => u8(slit, SLIT_HEADER_SIZE + count * i + j);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++)
      if (i === j ? at(i, j) !== LOCAL_DISTANCE : at(i, j) <= LOCAL_DISTANCE) {
        ctx.printk.info('SLIT table looks invalid. Not used.');
        return;
      }
  for (let i = 0; i < count; i++) {
    const from = numa.pxmToNode.get(i);
    if (from === undefined) continue;
    for (let j = 0; j < count; j++) {
      const to = numa.pxmToNode.get(j);
      if (to !== undefined) numaSetDistance(x86, from, to, at(i, j));
    }
  }
}
