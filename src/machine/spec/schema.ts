// The zod schema of a machine description; `z.toJSONSchema` of it is schema/machine.schema.json.
// Importing zod takes some 40 ms: only what reads a description file imports this, built-ins and captures do without.
import { z } from 'zod';
import type { MachineDescription } from './description.ts';
import { size, wideSize } from './schema-sizes.ts';
import { TIMING_KEYS } from './timing.ts';

const count = z.number().int().positive();
const index = z.number().int().nonnegative();

const mapType = z
  .union(
    [
      z.enum(['usable', 'reserved', 'ACPI data', 'ACPI NVS', 'unusable', 'persistent', 'soft reserved']),
      z.number().int().min(0).max(0xffffffff),
    ],
    'expected usable, reserved, "ACPI data", "ACPI NVS", unusable, persistent, "soft reserved" or a number',
  )
  .describe('as the kernel prints it, or the number of INT 15h');

const sizeOrEnd = 'expected one of size and end';
type SizeOrEnd = { readonly size?: unknown; readonly end?: unknown };
const hasSizeOrEnd = (range: SizeOrEnd) => (range.size === undefined) !== (range.end === undefined);

const mapEntry = z
  .strictObject({
    start: wideSize,
    size: wideSize.optional(),
    end: wideSize.optional().describe('the last byte, as kernel logs print it'),
    type: mapType,
  })
  .refine(hasSizeOrEnd, sizeOrEnd);

const cpus = z
  .union(
    [
      count,
      z.array(z.union([index, z.strictObject({ apicId: index, enabled: z.boolean().optional() })])).min(1),
      z.strictObject({
        sockets: count,
        cores: count.optional(),
        threads: count.optional(),
        order: z.enum(['apic', 'siblings-last']).optional(),
        hotplug: index.optional(),
      }),
    ],
    'expected a number of CPUs, a list of APIC ids, or sockets, cores and threads',
  )
  .describe('a number, a list of APIC ids in MADT order, or a topology');

const cpuListExpected = 'expected a list such as 0-25,52-77';

const node = z.strictObject({
  pxm: index.optional().describe('proximity domain; its position in the list by default'),
  cpus: z
    .union(
      [index, z.string().regex(/^(?:\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)?$/, cpuListExpected)],
      cpuListExpected,
    )
    .optional(),
  memory: z
    .array(
      z
        .strictObject({
          start: size,
          size: size.optional(),
          end: size.optional(),
          hotplug: z.boolean().optional(),
          nonvolatile: z.boolean().optional(),
        })
        .refine(hasSizeOrEnd, sizeOrEnd),
    )
    .optional(),
});

const table = z.strictObject({
  address: size,
  signature: z.string().length(4).optional(),
  length: size.optional(),
  revision: index.max(255).optional(),
  file: z.string().optional().describe('beside the description'),
  base64: z.string().optional(),
});

const acpi = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        rsdp: size.optional(),
        oemId: z.string().max(6).optional(),
        revision: z.union([z.literal(0), z.literal(2)]).optional(),
        root: z
          .strictObject({
            address: size,
            length: size.optional(),
            oemTableId: z.string().max(8).optional(),
            oemRevision: index.optional(),
            creatorId: z.string().max(4).optional(),
            creatorRevision: index.optional(),
          })
          .optional(),
        tables: z.array(table).optional(),
        at: size.optional(),
        hpet: z.boolean().optional(),
        mcfg: z.union([size, z.literal(false)]).optional(),
        waet: z.boolean().optional(),
        srat: z.boolean().optional(),
      }),
    ],
    'expected false or a mapping of rsdp, tables, …',
  )
  .describe(
    'tables given raw (tables, root) or built from cpus and nodes (at, hpet, mcfg, waet, srat); false for none',
  );

const timing = z
  .object(
    Object.fromEntries(
      TIMING_KEYS.map(({ key, type, about }) => [
        key,
        (type === 'text' ? z.string() : z.number().nonnegative()).optional().describe(about),
      ]),
    ),
  )
  .catchall(z.number());

const revisionExpected = 'expected a version such as "2.70"';

const efi = z.strictObject({
  revision: z.union([z.string().regex(/^\d+\.\d+$/, revisionExpected), index], revisionExpected),
  vendor: z.string(),
  configTables: z.array(z.strictObject({ name: z.string(), address: size })).optional(),
  memmapAddr: size.optional(),
  memmapSize: size.optional(),
  memattrSize: size.optional(),
  kernelAddr: size.optional(),
  memmap: z
    .array(z.strictObject({ type: index, start: wideSize, pages: index, attribute: wideSize.optional() }))
    .optional(),
});

/** Checks shape and ranges of single values; what concerns several values is for normalise. */
export const machineSchema: z.ZodType<MachineDescription> = z
  .strictObject({
    name: z.string().min(1),
    about: z.string().optional(),
    synthetic: z.boolean().optional().describe('the map is invented'),
    map: z.array(mapEntry).describe('the firmware map (E820), in firmware order'),
    cpus: cpus.optional(),
    nodes: z.array(node).optional().describe('NUMA nodes for the SRAT; one node without SRAT where missing'),
    distances: z
      .array(z.array(z.number().int().min(0).max(255)))
      .optional()
      .describe('SLIT, a row for each node'),
    acpi: acpi.optional(),
    mpTable: z
      .strictObject({
        pointer: size,
        table: size.optional(),
        cpus: count.optional(),
        file: z.string().optional(),
        base64: z.string().optional(),
      })
      .optional(),
    initrd: z.strictObject({ image: size, size: size }).optional(),
    cmdline: z.string().optional(),
    kernel: z.string().optional().describe('kernel profile, such as "6.1"'),
    cpu: z
      .strictObject({
        vendor: z.string().max(12).optional(),
        la57: z.boolean().optional(),
        pdpe1gb: z.boolean().optional(),
        physBits: z.number().int().min(32).max(52).optional(),
        x2apic: z.boolean().optional(),
        hypervisor: z.string().max(12).nullable().optional(),
      })
      .optional()
      .describe('CPUID features; a current CPU by default'),
    efi: efi.optional(),
    dmi: z.string().optional(),
    timing: timing.optional().describe('costs for the simulator; nothing of it reaches the kernel model'),
  })
  .describe('A machine for earlyboot');

/** The JSON Schema that editors and validators use. */
export function machineJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(machineSchema, { io: 'input' });
}
