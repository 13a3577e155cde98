// Schemas of what lists with --json: machines, kernels, lint's rules, campaigns.
import { z } from 'zod';
import type { Fact } from '../../kernels/known.ts';
import { count, text, texts, VERSION } from './parts.ts';

export const machines = z.strictObject({
  version: VERSION,
  machines: z.array(
    z.strictObject({
      name: text,
      nodes: count.min(1),
      cpus: count.min(1),
      memoryBytes: count.describe('usable, by the firmware’s map'),
      memory: text.describe('what the memory modules hold'),
      synthetic: z.boolean().describe('the map is invented'),
      about: text,
    }),
  ),
});

/** Options by name, as src/kernel/config.ts explains them. */
const config = z.record(text, z.union([z.number(), z.boolean(), text]));

const kernelList = z.strictObject({
  version: VERSION,
  kernels: z.array(
    z.strictObject({
      name: text,
      release: text,
      config,
      judged: z
        .strictObject({ captures: count, worst: z.number().min(0).max(100).describe('per cent of lines') })
        .nullable()
        .describe('null where no boot of it was captured'),
    }),
  ),
});

const fact: z.ZodType<Fact> = z.strictObject({ fact: text, value: text, from: text });
const oneKernel = z.strictObject({
  version: VERSION,
  name: text,
  about: text,
  banner: text,
  assumed: texts.describe('what nobody told of it'),
  facts: z.array(fact).describe('with --facts'),
});

export const kernels = z.union([kernelList, oneKernel]);

export const lintRules = z.strictObject({
  version: VERSION,
  rules: z.array(
    z.strictObject({
      id: text,
      severity: z.enum(['error', 'warning', 'note']),
      why: text,
      source: text.describe('section of a specification, or kernel file and version'),
      linux: text.describe('what Linux does about it'),
      since: text,
    }),
  ),
});

const named = z.strictObject({ name: text, about: text });

export const campaigns = z.strictObject({
  version: VERSION,
  kinds: z.array(
    z.strictObject({
      name: text,
      about: text,
      dimensions: z.array(named).describe('of its items: what a space may name'),
    }),
  ),
  campaigns: z
    .array(z.strictObject({ name: text, kind: text, about: text }))
    .describe('those that come with earlyboot'),
});
