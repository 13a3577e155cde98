// The zod schema of a campaign file; docs/campaigns.md explains it.
import { z } from 'zod';
import type { Tree } from '../../lib/tree.ts';

const MOST_VALUES = 100_000;
const MAX_TEXT = 10_000;
const text = z.string().max(MAX_TEXT);
const plain: z.ZodType<Tree> = z.json() as z.ZodType<Tree>;

const range = z
  .strictObject({
    from: z.number().int(),
    to: z.number().int(),
    step: z.number().int().positive().optional(),
  })
  .refine(({ from, to }) => from <= to, 'expected from below to');

const list = z.array(plain).min(1).max(MOST_VALUES);

const duration = z.string().regex(/^\d+(ms|s|m|h)$/, 'expected a time such as 500ms, 30s, 10m or 2h');

const same = z.strictObject({
  as: z.record(text, plain).describe('values of the base run; null takes a dimension away'),
  in: z.array(text).min(1).optional().describe('expressions that must give the same (log)'),
});

/** A file as it is written. */
export const campaignSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'expected small letters, digits, ".", "-" and "_"')
    .optional(),
  about: text.optional(),
  kind: text,
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31)
    .optional(),
  space: z.record(text, plain),
  check: z
    .strictObject({
      invariants: z.boolean().optional(),
      expect: z.union([text, z.array(text)]).optional(),
      panic: z.enum(['taken', 'fails']).optional(),
      refusal: z.enum(['taken', 'fails']).optional(),
      same: same.optional(),
    })
    .optional(),
  budget: z
    .strictObject({
      items: z.number().int().positive().max(1e9).optional(),
      time: duration.optional(),
      deadline: duration.optional(),
      heap: z.number().int().min(64).max(65_536).optional().describe('MiB of a thread'),
    })
    .optional(),
});

/** What stands in `space` where it is no plain value: how values are taken. */
export const valuesSchema = z.union([
  z.strictObject({ range }),
  z.strictObject({ any: z.union([range, list]) }),
  z.strictObject({ generator: text }),
]);

export type CampaignFile = z.infer<typeof campaignSchema>;

/** For the names that a mapping may have. */
export function campaignJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(campaignSchema, { io: 'input' });
}
