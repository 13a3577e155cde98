// Schemas of what explore and campaign print with --json.
import { z } from 'zod';
import { ITEM_ENDS } from '../../campaign/campaign.ts';
import { STRATEGIES } from '../../cpus/simulated/explore/explore.ts';
import { count, ms, text, VERSION } from './parts.ts';

const step = z.strictObject({ step: count, cpu: count, thread: text, what: text });

/** The list; a search; --replay. */
export const explore = z.union([
  z.strictObject({
    version: VERSION,
    scenarios: z.array(z.strictObject({ name: text, about: text, cpus: count })),
  }),
  z.strictObject({
    version: VERSION,
    scenario: text,
    strategy: z.enum(STRATEGIES),
    seed: count,
    schedules: count,
    steps: count,
    complete: z.boolean().describe('every schedule there is was tried'),
    failure: z
      .strictObject({
        schedule: count.min(1),
        message: text,
        token: text.describe('for --replay'),
        shortest: z.strictObject({ steps: z.array(step), choices: z.array(count) }),
      })
      .nullable(),
  }),
  z.strictObject({
    version: VERSION,
    scenario: text,
    exact: z.boolean(),
    failure: text.nullable(),
    steps: z.array(step),
  }),
]);

const end = z.enum(ITEM_ENDS);
const counts = z.record(end, count);
/** A value of a dimension: whatever YAML can say. */
const value = z.unknown();
const groupShape = {
  cause: text,
  count,
  first: count.describe('the lowest number'),
  message: text,
  detail: text.nullable(),
  items: z.array(count),
};

/** A campaign's report; `campaign replay`. */
export const campaign = z.union([
  z.strictObject({
    version: VERSION,
    campaign: z.strictObject({ name: text, kind: text, seed: count, about: text }),
    build: text,
    done: count,
    items: count,
    counts,
    axes: z.array(z.strictObject({ name: text, values: z.array(z.strictObject({ value, counts })) })),
    groups: z.array(
      z.strictObject({ ...groupShape, reduced: z.looseObject({}).nullable().describe('made smaller') }),
    ),
    others: z.array(z.strictObject(groupShape)),
    time: z.strictObject({ ms, slowest: z.strictObject({ item: count, ms }).nullable() }),
  }),
  z.strictObject({
    version: VERSION,
    campaign: text,
    values: z.record(text, value),
    result: z.strictObject({
      item: count,
      end,
      ms,
      message: text.optional(),
      cause: text.optional(),
      detail: text.optional(),
    }),
  }),
]);
