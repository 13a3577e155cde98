// Schemas of what predict, calibrate and bench print with --json. Times say their unit; each says where it comes from.
import { z } from 'zod';
import type { Calibration } from '../../predict/calibrate.ts';
import type { HookRow } from '../../predict/compare-hooks.ts';
import type { Measurement } from '../../predict/measurement.ts';
import type { Predicted, Prediction } from '../../predict/predict.ts';
import type { RestartRow } from '../../predict/text.ts';
import type { KhoPrediction } from '../../predict/users/kho.ts';
import { count, ms, text, VERSION } from './parts.ts';

const MODEL = z.literal('model');
const number = z.number();
const predicted: z.ZodType<Predicted> = z
  .strictObject({ value: number, low: number, high: number })
  .describe('with its interval of 90 %');
const measurement: z.ZodType<Measurement> = z.strictObject({
  threads: count.describe('0: a kernel without the series'),
  deferredInitMs: ms,
  deferredInitStdevMs: ms.nullable(),
  bootMs: ms.nullable(),
  bootStdevMs: ms.nullable(),
  resolutionMs: ms,
});

const prediction: z.ZodType<Prediction> = z.strictObject({
  machine: text,
  kernel: text,
  source: MODEL,
  nodeCpus: count,
  rows: z.array(
    z.strictObject({
      threads: count.describe('a node; 0: the kernel without the series'),
      nodePercent: number,
      deferredInitMs: predicted,
      deferredInitSpeedupPercent: predicted.nullable(),
      bootMs: predicted.nullable(),
      bootSpeedupPercent: predicted.nullable(),
      published: measurement.nullable(),
    }),
  ),
  caps: z.strictObject({ best: count, knee: count }),
});

const hook: z.ZodType<HookRow> = z.strictObject({
  name: text,
  about: text,
  threads: z.tuple([count, count]).describe('fewest and most that it gives a node'),
  deferredInitMs: ms,
  deferredInitSpeedupPercent: number.nullable(),
  bootMs: ms.nullable(),
  bootSpeedupPercent: number.nullable(),
});

const user = z.strictObject({
  user: text,
  machine: text,
  kernel: text,
  source: MODEL,
  sizeBytes: count,
  lockedVmCache: count.nullable(),
  node: count.nullable(),
  calibrated: z.boolean(),
  rows: z.array(
    z.strictObject({
      threads: count,
      workers: count,
      ms: predicted,
      published: z.strictObject({ ms, fitted: z.boolean() }).nullable(),
      load: z.strictObject({ name: text, aloneMs: ms, ms }).nullable(),
    }),
  ),
});

const kho: z.ZodType<KhoPrediction> = z.strictObject({
  machine: text,
  kernel: text,
  source: MODEL,
  reservedKernBytes: z.strictObject({ low: count, all: count }),
  scratch: z.array(
    z.strictObject({ kind: z.enum(['lowmem', 'global', 'node']), node: count.nullable(), bytes: count }),
  ),
  scratchBytes: count,
  scratchPercent: number,
  scratchPageblocks: count,
  preservedPages: count,
  preservedMs: ms,
  deferredPages: count,
  deferredMs: ms,
  restMs: ms.nullable(),
});

const restart: z.ZodType<RestartRow> = z.strictObject({
  machine: text,
  deferredPages: count,
  withoutMs: ms,
  withMs: ms,
  restMs: ms.nullable(),
});

/** Thread counts, and --user; --compare-hooks; --kho; --keep-guests. */
export const predict = z.union([
  z.strictObject({ version: VERSION, predictions: z.union([z.array(prediction), z.array(user)]) }),
  z.strictObject({
    version: VERSION,
    hooks: z.array(z.strictObject({ machine: text, kernel: text, source: MODEL, rows: z.array(hook) })),
  }),
  z.strictObject({ version: VERSION, kho: z.array(kho) }),
  z.strictObject({ version: VERSION, source: MODEL, restarts: z.array(restart) }),
]);

const calibrationShape = {
  timing: z.record(text, z.union([number, text])).describe('for the description’s key of that name'),
  fitted: z.array(
    z.strictObject({
      key: text,
      unit: text,
      value: number,
      error: number.describe('relative standard error'),
      prior: number,
      priorError: number,
    }),
  ),
  rows: z.array(z.strictObject({ measured: measurement, modelMs: ms })),
  restOfBootMs: ms.nullable(),
} satisfies Readonly<Record<keyof Calibration, z.ZodType>>;
export const calibrate = z.strictObject({ version: VERSION, machine: text, ...calibrationShape });

const times = z.strictObject({ wallNs: number, cpuNs: number });

export const bench = z.strictObject({
  version: VERSION,
  dataPath: z.enum(['wasm', 'plain']),
  runs: count,
  rows: z
    .array(
      z.strictObject({
        gib: number,
        pages: count,
        threads: count,
        ...times.shape,
        native: times.nullable().describe('the same work in C; null where it was not run'),
        wallRatio: number.nullable(),
        cpuRatio: number.nullable(),
        speedUp: number,
        nativeSpeedUp: number.nullable(),
      }),
    )
    .describe('medians, measured on this host'),
  emptyJob: z
    .strictObject({ threads: count, padataNs: number, atomicsNs: number })
    .nullable()
    .describe('what sharing out nothing costs'),
});
