// The zod schema of a machine description; `z.toJSONSchema` of it is schema/machine.schema.json.
// Importing zod takes some 40 ms: only what reads a description file imports this, built-ins and captures do without.
import { z } from 'zod';
import { schemaId } from '../../lib/schema-id.ts';
import { annotated } from './annotated.ts';
import type { MachineDescription } from './description.ts';
import * as limits from './limits.ts';
import { acpi, efi, mpTable } from './schema-acpi.ts';
import { kernelFacts, platform } from './schema-platform.ts';
import { size, sizeOr, wideSize, word } from './schema-sizes.ts';
import { MTRR_TYPES } from './mtrr.ts';
import { SIZE_EXPECTED } from './size.ts';
import { TIMING_KEYS } from './timing.ts';

const cpuCount = z.number().int().positive().max(limits.MAX_CPUS, limits.MAX_CPUS_EXPECTED);
const text = z.string().max(limits.MAX_TEXT);

const mapType = z
  .union(
    [
      z.enum(['usable', 'reserved', 'ACPI data', 'ACPI NVS', 'unusable', 'persistent', 'soft reserved']),
      word,
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
      cpuCount,
      z
        .array(z.union([word, z.strictObject({ apicId: word, enabled: z.boolean().optional() })]))
        .min(1)
        .max(limits.MAX_CPUS, limits.MAX_CPUS_EXPECTED),
      z.strictObject({
        sockets: cpuCount,
        cores: cpuCount.optional(),
        threads: cpuCount.optional(),
        order: z.enum(['apic', 'siblings-last']).optional(),
        hotplug: z.number().int().min(0).max(limits.MAX_CPUS).optional(),
      }),
    ],
    `expected a number of CPUs, a list of APIC ids below 2^32, or sockets, cores and threads, at most ${limits.MAX_CPUS} CPUs in all`,
  )
  .describe('a number, a list of APIC ids in MADT order, or a topology');

const cpuListExpected = 'expected a list such as 0-25,52-77';

const node = z.strictObject({
  pxm: word.optional().describe('proximity domain; its position in the list by default'),
  cpus: z
    .union(
      [
        z.number().int().min(0).max(limits.MAX_CPUS),
        z
          .string()
          .max(limits.MAX_CPU_LIST)
          .regex(/^(?:\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)?$/, cpuListExpected),
      ],
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
    .max(limits.MAX_NODE_RANGES)
    .optional(),
});

const kernelAtExpected = `expected the address of the kernel (${SIZE_EXPECTED}), { brk: ADDRESS } or unknown`;

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

/** Checks shape and ranges of single values; what concerns several values is for normalise. */
export const machineSchema: z.ZodType<MachineDescription> = z
  .strictObject({
    $schema: text.optional(),
    name: text.min(1),
    about: text.optional(),
    synthetic: z.boolean().optional().describe('the map is invented'),
    map: z
      .array(mapEntry)
      .max(limits.MAX_MAP_ENTRIES, `expected at most ${limits.MAX_MAP_ENTRIES} entries: Linux takes 128`)
      .describe('the firmware map (E820), in firmware order'),
    cpus: cpus.optional(),
    nodes: z
      .array(node)
      .max(limits.MAX_NODES, `expected at most ${limits.MAX_NODES} nodes, which is what Linux can number`)
      .optional()
      .describe('NUMA nodes for the SRAT; one node without SRAT where missing'),
    distances: z
      .array(z.array(z.number().int().min(0).max(255)).max(limits.MAX_NODES))
      .max(limits.MAX_NODES)
      .optional()
      .describe('SLIT, a row for each node'),
    acpi: acpi.optional(),
    mpTable: mpTable.optional(),
    initrd: z.strictObject({ image: size, size: size }).optional(),
    cmdline: z.string().max(limits.MAX_CMDLINE).optional(),
    kernel: text.optional().describe('kernel profile, such as "6.1"'),
    kernelFacts: kernelFacts.optional().describe('what a log proves of that kernel'),
    kernelAt: z
      .union(
        [z.literal('unknown'), sizeOr(kernelAtExpected), z.strictObject({ brk: size })],
        kernelAtExpected,
      )
      .optional()
      .describe('where a loader or KASLR put the kernel: its address, that of brk behind it, or unknown'),
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
    platform: platform.optional().describe('memory that firmware, loader and chipset hold beside the map'),
    dmi: text.optional(),
    mtrr: z
      .strictObject({
        default: z.enum(MTRR_TYPES).describe('the type of memory that no range covers'),
        ranges: z
          .array(
            z
              .strictObject({
                start: size,
                size: size.optional(),
                end: size.optional(),
                type: z.enum(MTRR_TYPES),
              })
              .refine(hasSizeOrEnd, sizeOrEnd),
          )
          .max(limits.MAX_MTRRS),
      })
      .optional()
      .describe('memory type ranges: what they do not have as write-back is trimmed'),
    timing: timing.optional().describe('costs for the simulator; nothing of it reaches the kernel model'),
  })
  .describe('A machine for earlyboot');

/** The JSON Schema that editors and validators use. */
export function machineJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(machineSchema, { io: 'input' });
  return { $schema, $id: schemaId('machine'), title: 'earlyboot machine', ...annotated(rest) };
}
