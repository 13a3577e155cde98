// The zod schema of a run record (src/init/record.ts); `z.toJSONSchema` of it is schema/run-record.schema.json. Only what reads
// a record from a file imports this: zod costs some 40 ms. Fields that are not known pass: a later record may have more.
import { z } from 'zod';
import { ASSUMABLE_NAMES } from '../kernel/assumed.ts';
import { schemaId } from '../lib/schema-id.ts';
import { RECORD_VERSION, type RunRecord } from '../init/record.ts';

const MAX_CPU = 8191;
/** A whole number from 0 that JavaScript holds exactly: addresses, sizes, page frames, counts. */
const count = z.number().int().min(0);
/** Entries of the firmware's map may reach 2^64, where numbers are rounded, and an empty one ends before it starts. */
const wide = z
  .number()
  .min(-1)
  .max(2 ** 64);
const nid = z.number().int().min(-1).max(1023);
const cpu = z.number().int().min(0).max(MAX_CPU);
const timeNs = z.number().min(0);
const text = z.string();

export const entry = z.looseObject({ start: wide, end: wide, type: count });

export const region = z.looseObject({
  base: count,
  size: count,
  flags: count,
  nid: nid.describe('-1 where it has none'),
});
const tables = z.looseObject({ memory: z.array(region), reserved: z.array(region) });

const chunkShape = { start: count, end: count, cpu, startNs: timeNs, endNs: timeNs };
const inOrder = (chunk: {
  readonly start: number;
  readonly end: number;
  readonly startNs: number;
  readonly endNs: number;
}): boolean => chunk.start <= chunk.end && chunk.startNs <= chunk.endNs;
const IN_ORDER = 'expected start <= end and startNs <= endNs';
export const chunk = z.looseObject(chunkShape).refine(inOrder, IN_ORDER);

export const job = z.looseObject({
  node: nid,
  zone: text,
  start: count,
  size: count,
  align: count,
  minChunk: count,
  maxThreads: count,
  workers: count,
  chunkSize: count,
  chunks: z.array(chunk),
});

export const zone = z.looseObject({
  node: nid,
  name: text,
  startPfn: count,
  spannedPages: count,
  presentPages: count,
  managedPages: count,
});

const request = z.looseObject({ size: count, align: count, minAddr: count, maxAddr: count, nid: z.number() });

export const memblockEvent = z.looseObject({
  step: text,
  op: text,
  base: count,
  size: count,
  nid: z.number().int(),
  flags: count,
  caller: text,
  request: request.optional(),
});

/** The fields and what can be said of each alone. */
const fields = z.looseObject({
  version: z.literal(RECORD_VERSION, `expected ${RECORD_VERSION}`),
  machine: text,
  kernel: text,
  cpus: z.enum(['simulated', 'threads', 'emulated']),
  cmdline: text,
  vmemmapBase: text.regex(/^0x[0-9a-f]{1,16}$/, 'expected hexadecimal text'),
  e820: z.array(entry),
  memblock: tables.describe('at memblock_free_all'),
  memblockLate: tables.describe('at page_alloc_init_late'),
  nodes: z
    .array(
      z.looseObject({
        id: count.max(1023),
        cpus: z.array(cpu).max(MAX_CPU + 1),
        startPfn: count,
        spannedPages: count,
        presentPages: count,
        firstDeferredPfn: count.nullable(),
      }),
    )
    .max(1024),
  zones: z.array(zone),
  jobs: z.array(job),
  serial: z.array(z.looseObject({ ...chunkShape, node: nid }).refine(inOrder, IN_ORDER)),
  deferredInit: z
    .array(
      z
        .looseObject({ node: nid, ms: timeNs, startNs: timeNs.optional(), endNs: timeNs.optional() })
        .refine(({ startNs, endNs }) => (startNs ?? 0) <= (endNs ?? Infinity), IN_ORDER),
    )
    .describe('the log’s figure in whole jiffies, and when the node’s thread was started and done'),
  grow: z.array(z.looseObject({ node: nid, order: count, fromPfn: count, toPfn: count.nullable() })),
  onlineCpus: count.max(MAX_CPU + 1),
  memblockEvents: z.array(memblockEvent),
  accounting: z
    .looseObject({
      firmware: z.array(entry),
      changes: z.array(
        z.looseObject({
          step: text,
          op: z.enum(['add', 'update', 'remove', 'clear']),
          start: wide,
          end: wide,
          from: count.nullable(),
          to: count.nullable(),
        }),
      ),
      returned: z.array(
        z.looseObject({
          what: z.enum(['memblock', 'cma', 'efi', 'hugetlb', 'initrd', 'image']),
          start: count,
          end: count,
          beforeMemoryLine: z.boolean(),
        }),
      ),
      maxPfn: count,
      takenPages: count,
      pmdPages: count,
    })
    .optional(),
  warnings: z.array(text),
  assumed: z.array(text).optional(),
  assumedFacts: z
    .array(z.looseObject({ fact: z.enum(ASSUMABLE_NAMES), taken: text, lines: z.array(count) }))
    .optional()
    .describe('facts that nobody told; lines are indexes in log'),
  log: z.array(text),
  panic: text.optional().describe('the last line of the log, where Linux panics on this machine'),
  logLines: z.array(
    z.looseObject({
      ...{ level: z.number().int().min(0).max(7), step: text, text, timeNs: timeNs },
      estimate: z.looseObject({ figure: z.number(), within: z.number().min(0) }).optional(),
    }),
  ),
});

/** What a record must be for reports, traces and questions. */
export const recordSchema: z.ZodType<RunRecord> = fields
  .refine((record) => record.log.length === record.logLines.length, {
    error: 'expected as many lines as in log',
    path: ['logLines'],
  })
  .describe('A run record of earlyboot: what one boot did');

/** The JSON Schema that other tools use. */
export function recordJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(recordSchema, { io: 'input' });
  return { $schema, $id: schemaId('run-record'), title: 'earlyboot run record', ...rest };
}
