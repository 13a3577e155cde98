// The parts of the machine schema that come out of logs: what firmware and loader hold of memory, what the kernel was built with.
import { z } from 'zod';
import { LOGGED_SIZES } from '../../kernel/image_facts.ts';
import { LOGGED_NUMBERS, LOGGED_OPTIONS } from '../kernel-facts.ts';
import { MAX_MAP_ENTRIES } from './limits.ts';
import { size } from './schema-sizes.ts';

/** Ids of changes that a log can prove: more than there are. */
const MAX_CHANGES = 500;
/** Pages below 16 MiB. */
const MAX_LOW_PAGES = 4096;

const range = { start: size, size: size.optional(), end: size.optional() };
const sizeOrEnd = 'expected one of size and end';
const hasSizeOrEnd = (given: { readonly size?: unknown; readonly end?: unknown }): boolean =>
  (given.size === undefined) !== (given.end === undefined);
const ranges = z.array(z.strictObject(range).refine(hasSizeOrEnd, sizeOrEnd)).max(MAX_MAP_ENTRIES).optional();

export const platform = z.strictObject({
  cached: ranges.describe('what the MTRRs have as write-back'),
  setupData: ranges.describe("the boot loader's setup_data"),
  firmwareReserved: z
    .array(z.strictObject({ ...range, withAcpi: z.boolean().optional() }).refine(hasSizeOrEnd, sizeOrEnd))
    .max(MAX_MAP_ENTRIES)
    .optional()
    .describe("pages of EFI's tables that the kernel keeps"),
  stolen: ranges.describe('memory that the graphics device took'),
  lowReservedPages: z.int().min(0).max(MAX_LOW_PAGES).optional(),
});

/** An object of optional values under these names. */
function each<Name extends string, T extends z.ZodType>(
  names: readonly Name[],
  value: T,
): Record<Name, z.ZodOptional<T>> {
  return Object.fromEntries(names.map((name) => [name, value.optional()])) as Record<Name, z.ZodOptional<T>>;
}

const id = z.string().regex(/^[a-z0-9-]{1,80}$/, 'expected the id of a change');

export const kernelFacts = z.strictObject({
  version: z.string().max(80).optional(),
  image: z.strictObject(each(LOGGED_SIZES, z.int().min(0))).optional(),
  config: z
    .strictObject({
      ...each(LOGGED_NUMBERS, z.int().min(1)),
      ...each(LOGGED_OPTIONS, z.boolean()),
      initStack: z.string().max(80).optional(),
    })
    .optional(),
  has: z.array(id).max(MAX_CHANGES).optional(),
  lacks: z.array(id).max(MAX_CHANGES).optional(),
});
