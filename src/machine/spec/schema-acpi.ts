// zod schemas of what firmware hands over in tables: ACPI, MP table, EFI.
import { z } from 'zod';
import * as limits from './limits.ts';
import { parseSizeNumber, type Size } from './size.ts';
import { size, wideSize, word } from './schema-sizes.ts';

const text = z.string().max(limits.MAX_TEXT);
const tableSize = size.refine(
  (value) => sizeAtMost(value, limits.MAX_TABLE_SIZE),
  `expected at most ${limits.MAX_TABLE_SIZE} bytes`,
);

function sizeAtMost(value: Size, most: number): boolean {
  const bytes = parseSizeNumber(value);
  return bytes === null || bytes <= most;
}

/** Base64 of the largest table, with line ends. */
const base64 = z.string().max(2 * limits.MAX_TABLE_SIZE);

const table = z.strictObject({
  address: size,
  signature: z.string().length(4).optional(),
  length: tableSize.optional().describe('behind file or base64: zeros up to it'),
  revision: z.number().int().min(0).max(255).optional(),
  file: text.optional().describe('beside the description'),
  base64: base64.optional(),
});

export const acpi = z
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
            length: tableSize.optional(),
            oemTableId: z.string().max(8).optional(),
            oemRevision: word.optional(),
            creatorId: z.string().max(4).optional(),
            creatorRevision: word.optional(),
          })
          .optional(),
        tables: z.array(table).max(limits.MAX_TABLES).optional(),
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

export const mpTable = z.strictObject({
  pointer: size,
  table: size.optional(),
  cpus: z
    .number()
    .int()
    .positive()
    .max(limits.MAX_MP_CPUS, `expected at most ${limits.MAX_MP_CPUS}: an APIC id has 8 bits in an MP table`)
    .optional(),
  file: text.optional(),
  base64: base64.optional(),
});

const revisionExpected = 'expected a version such as "2.70"';

export const efi = z.strictObject({
  revision: z.union([z.string().regex(/^\d{1,5}\.\d{1,5}$/, revisionExpected), word], revisionExpected),
  vendor: text,
  configTables: z
    .array(z.strictObject({ name: text, address: size }))
    .max(limits.MAX_EFI_TABLES)
    .optional(),
  memmapAddr: size.optional(),
  memmapSize: size.optional(),
  memattrSize: size.optional(),
  kernelAddr: size.optional(),
  memmap: z
    .array(
      z.strictObject({
        type: word,
        start: wideSize,
        pages: z.number().int().min(0),
        attribute: wideSize.optional(),
      }),
    )
    .max(limits.MAX_EFI_DESCRIPTORS)
    .optional(),
});
