// Schemas of what explain, diff, history, verify and judge print with --json.
import { z } from 'zod';
import type { BootDiff } from '../../ask/diff.ts';
import type { Explanation } from '../../ask/explain/explain.ts';
import type { Figures } from '../../ask/history/steps.ts';
import type { LineCounts } from '../../ask/history/text.ts';
import type { ReservedTotals } from '../../ask/missing/reserved.ts';
import type { Comparison } from '../../ask/verify/compare.ts';
import type { Fidelity } from '../../ask/verify/fidelity.ts';
import type { Group } from '../../judge/campaign.ts';
import { machineSchema } from '../../machine/spec/schema.ts';
import { chunk, entry, job, memblockEvent, region, zone } from '../../report/record-schema.ts';
import { count, ms, nid, text, texts, VERSION } from './parts.ts';

const fate: z.ZodType<Explanation['fate']> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('no-memory') }),
  z.strictObject({
    kind: z.literal('reserved'),
    region: region.describe('has the address, or another byte of its page'),
  }),
  z.strictObject({ kind: z.literal('freed-early') }),
  z.strictObject({ kind: z.literal('deferred'), job: job.nullable(), chunk }),
  z.strictObject({ kind: z.literal('grown'), order: count }),
]);

const explanationShape = {
  address: count,
  pfn: count,
  section: count,
  structPage: text.nullable().describe('its virtual address'),
  e820: entry.nullable(),
  memory: region.nullable(),
  reserved: region.nullable(),
  node: nid.nullable(),
  zone: zone.nullable(),
  history: z.array(memblockEvent).describe('changes of memblock that touched the address, oldest first'),
  fate,
} satisfies Readonly<Record<keyof Explanation, z.ZodType>>;

const reservedShape = {
  reservedBytes: count,
  loggedBytes: count.nullable(),
  rows: z.array(z.strictObject({ owner: text, what: text, bytes: count })),
} satisfies Readonly<Record<keyof ReservedTotals, z.ZodType>>;

const ownedRange = z.strictObject({ start: count, size: count, words: text, caller: text, step: text });

/** An address; an owner; a symbol; --reserved. */
export const explain = z.union([
  z.strictObject({ version: VERSION, ...explanationShape }),
  z.strictObject({ version: VERSION, owner: text, ranges: z.array(ownedRange).describe('largest first') }),
  z.strictObject({ version: VERSION, symbol: text, events: z.array(memblockEvent) }),
  z.strictObject({ version: VERSION, ...reservedShape }),
]);

const differences = z.array(z.strictObject({ side: z.enum(['a', 'b']), text }));
const diffShape = {
  log: differences,
  zones: differences,
  jobs: differences,
  times: differences,
  moved: z
    .strictObject({ pages: count, to: z.enum(['early', 'deferred']) })
    .nullable()
    .describe('pages that go over from one part of boot to the other'),
} satisfies Readonly<Record<keyof BootDiff, z.ZodType>>;
export const diff = z.strictObject({ version: VERSION, ...diffShape });

const change = z.strictObject({
  id: text,
  what: text,
  since: text,
  notIn: text.optional(),
  stable: texts.optional(),
  patch: text.nullable(),
  sees: text,
  sets: z.record(text, z.unknown()).describe('rules by name'),
});
const figures: z.ZodType<Figures> = z.strictObject({
  reservedBytes: count,
  jobs: count,
  threads: count,
  deferredMs: ms,
  memTotalK: count,
});
const linesShape = { come: texts, go: texts, move: texts } satisfies Record<keyof LineCounts, z.ZodType>;

/** Between two kernels; on a machine. */
export const history = z.union([
  z.strictObject({ version: VERSION, from: text, to: text, comes: z.array(change), goes: z.array(change) }),
  z.strictObject({
    version: VERSION,
    machine: text,
    from: text,
    to: text,
    steps: z.array(
      z.strictObject({
        id: text.describe('a change; image: the second kernel’s image and configuration'),
        since: text.nullable(),
        ...linesShape,
        zones: differences,
        jobs: differences,
        before: figures,
        after: figures,
      }),
    ),
  }),
]);

const fidelity: z.ZodType<Fidelity> = z.strictObject({
  matched: count,
  estimated: z.array(
    z.strictObject({ real: text, predicted: text, difference: z.number(), within: z.number().min(0) }),
  ),
  real: count,
  predicted: count,
  beyond: count,
  fidelity: z.number().min(0).max(1),
  differing: z.array(
    z.strictObject({
      from: z.enum(['real', 'predicted']),
      text,
      index: count,
      step: text,
      followed: z.boolean().optional(),
      dependsOnKernelPlace: z.boolean().optional(),
    }),
  ),
});
const comparisons: z.ZodType<Comparison[]> = z.array(z.strictObject({ what: text, count, differing: texts }));

export const verify = z.strictObject({
  version: VERSION,
  captures: z.array(
    z.strictObject({
      name: text,
      fidelity,
      comparisons,
      assumed: z.strictObject({ facts: count, lines: count }),
      causes: z.array(z.strictObject({ id: text, text }).nullable()).describe('one for each differing line'),
    }),
  ),
  failed: z.array(z.strictObject({ name: text, error: text })),
});

const group: z.ZodType<Group> = z.strictObject({
  kind: text,
  examples: texts,
  machines: texts,
  smallest: machineSchema,
});

/** Machines; random machines. */
export const judge = z.union([
  z.strictObject({
    version: VERSION,
    judgements: z.array(z.strictObject({ name: text, fidelity, comparisons })),
  }),
  z.strictObject({
    version: VERSION,
    machines: count,
    agreeing: count,
    lines: count,
    groups: z.array(group),
  }),
]);
