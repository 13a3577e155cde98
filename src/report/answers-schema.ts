// The zod schemas of what `missing`, `fits`, `lint`, `explain --movable` and `predict --slow-boot` print with --json;
// `z.toJSONSchema` of them is schema/*.schema.json. Only tools and tests import this.
import { z } from 'zod';
import type { Fit } from '../ask/fits/types.ts';
import type { PlacedFinding } from '../ask/lint/load.ts';
import type { RealComparison } from '../ask/missing/real.ts';
import type { Missing } from '../ask/missing/types.ts';
import type { Movable } from '../ask/movable/movable.ts';
import type { SlowBoot } from '../predict/slow-boot.ts';

const VERSION = z.literal(1);
const count = z.number().int().min(0);
const nid = count.max(1023).nullable().describe('null where it is in no node');
const text = z.string();

const row = z.strictObject({
  stage: z
    .enum(['firmware', 'kernel-map', 'reserved', 'tail'])
    .describe('where on the way the bytes are lost'),
  owner: text,
  what: text,
  cause: text,
  bytes: z.number().int(),
  pages: z.number(),
  node: nid,
  zone: text.nullable(),
});

const taken = z.strictObject({
  owner: text,
  what: text,
  cause: text,
  bytes: count,
  node: nid,
  estimate: z.boolean().describe('one of the model’s rules of thumb'),
});

const missingShape = {
  machine: text,
  kernel: text,
  cmdline: text,
  installedBytes: count,
  installedFrom: z.enum(['given', 'map']),
  deviceBytes: count.describe('reserved entries that are no memory'),
  memTotalBytes: count,
  freeAtInitBytes: count,
  rows: z.array(row).describe('from installed to MemTotal: installedBytes is memTotalBytes and all of them'),
  taken: z.array(taken).describe('from MemTotal to what is free when init starts'),
};

const missing: z.ZodType<Missing> = z.strictObject(missingShape);
const real: z.ZodType<RealComparison> = z.strictObject({
  what: text,
  realBytes: count,
  modelBytes: count,
  differenceBytes: z.number().int(),
});

const missingOne = z.strictObject({ version: VERSION, ...missingShape, real: z.array(real) });
const missingTwo = z.strictObject({ version: VERSION, a: missing, b: missing });

const largest = z.strictObject({ bytes: count, at: count.nullable() }).nullable();
const fit: z.ZodType<Fit> = z.strictObject({
  option: z.enum(['crashkernel', 'hugepages', 'memmap', 'cma', 'reserve-mem']),
  spec: text,
  fits: z.boolean(),
  at: count.nullable(),
  size: count,
  largestBytes: count,
  largestLow: largest,
  largestHigh: largest,
  reason: text,
  words: z.array(text).describe('the kernel’s own'),
  instead: text.nullable(),
  slots: z
    .strictObject({ fitting: count, all: count })
    .nullable()
    .describe('over all places that KASLR draws from'),
});

const position = z.strictObject({ file: text, line: count.min(1), column: count.min(1) }).nullable();
const finding: z.ZodType<PlacedFinding> = z.strictObject({
  rule: text,
  severity: z.enum(['error', 'warning', 'note']),
  start: z.number().min(0).nullable(),
  end: z.number().nullable().describe('the last byte'),
  message: text,
  source: text,
  path: z
    .array(z.union([text, count]))
    .nullable()
    .describe('keys and indexes in the description'),
  position,
});

const movableShape = {
  machine: text,
  kernel: text,
  cmdline: text,
  nodes: z.array(
    z.strictObject({
      node: count.max(1023),
      cpus: count,
      presentBytes: count,
      kernelBytes: count,
      kernelManagedBytes: count,
      movableBytes: count,
      hotplugBytes: count,
      movableStart: count.nullable(),
    }),
  ),
  kernelBytes: count,
  movableBytes: count,
  kernelFreeBytes: count,
  room: z.strictObject({
    structPagesBytes: count,
    memmapOnMemoryBytes: count,
    autoMovableBytes: count,
    sratBytes: count,
  }),
} satisfies Readonly<Record<keyof Movable, z.ZodType>>;

const slow: z.ZodType<SlowBoot> = z.strictObject({
  machine: text,
  kernel: text,
  rows: z.array(
    z.strictObject({
      what: text,
      bytes: count,
      ms: z.number().min(0).nullable(),
      happens: z.boolean(),
      source: z.enum(['model', 'published']),
      about: text,
    }),
  ),
});

/** By the name of the file in schema/. */
export const ANSWER_SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['missing', z.union([missingOne, missingTwo]).describe('earlyboot missing --json')],
  [
    'fits',
    z
      .strictObject({ version: VERSION, machine: text, kernel: text, answers: z.array(fit) })
      .describe('earlyboot fits --json'),
  ],
  [
    'lint',
    z
      .strictObject({ version: VERSION, machine: text, findings: z.array(finding) })
      .describe('earlyboot lint --json'),
  ],
  [
    'movable',
    z.strictObject({ version: VERSION, ...movableShape }).describe('earlyboot explain --movable --json'),
  ],
  [
    'slow-boot',
    z
      .strictObject({ version: VERSION, slowBoots: z.array(slow) })
      .describe('earlyboot predict --slow-boot --json'),
  ],
]);
