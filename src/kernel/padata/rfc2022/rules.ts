// The rules of jobs that run after boot: the RFC of January 2022 (16 patches on 5.14), its waiting as it was agreed by mail in 2018,
// and ktask v4 (November 2018) where it says something else.
import { PADATA_5_8 } from '../profiles.ts';
import type { PadataRules, RuntimeRules } from '../rules.ts';

/** MAX_NICE: helpers take what nobody else wants. */
export const MAX_NICE = 19;

/** size / min_chunk and max_threads as merged; then the CPUs that the caller may use, that are online, and its group's quota. */
const wanted2022: RuntimeRules['wanted'] = (job, { cpusAllowed, cpusOnline, quotaCpus }) =>
  Math.min(PADATA_5_8.nworks(job), cpusAllowed, cpusOnline, quotaCpus);

const RFC_2022: RuntimeRules = {
  wanted: wanted2022,
  chunkSize: PADATA_5_8.chunkSize,
  helperNice: MAX_NICE,
  waiting: 'renice',
};

/** ktask's threads where nobody says how many. */
const KTASK_THREADS = 4;

/** ktask v4: 4 threads by default, helpers on at most 80 % of the CPUs, no alignment. */
const KTASK_V4: RuntimeRules = {
  wanted: (job, { cpusOnline }) => {
    const threads = PADATA_5_8.nworks({ ...job, maxThreads: job.maxThreads || KTASK_THREADS });
    return Math.min(threads, 1 + Math.floor((cpusOnline * 4) / 5));
  },
  chunkSize: (job, nworks) => PADATA_5_8.chunkSize({ ...job, align: 1 }, nworks),
  helperNice: MAX_NICE,
  waiting: 'renice',
};

/** Kernels with these jobs; everything else of padata is 5.14's. */
export const PADATA_RFC_2022: PadataRules = { ...PADATA_5_8, runtime: RFC_2022 };
/** renice_or_cancel: never posted as code. */
export const PADATA_RFC_2022_CANCEL: PadataRules = {
  ...PADATA_5_8,
  runtime: { ...RFC_2022, waiting: 'renice-or-cancel' },
};
export const PADATA_KTASK_V4: PadataRules = { ...PADATA_5_8, runtime: KTASK_V4 };

const VARIANTS = {
  'rfc-2022': PADATA_RFC_2022,
  'rfc-2022-cancel': PADATA_RFC_2022_CANCEL,
  'ktask-v4': PADATA_KTASK_V4,
} as const;

/** A name for rules that no choices make, for crossing to another thread. */
export type RuntimeVariant = keyof typeof VARIANTS;

const RUNTIME_VARIANTS: readonly RuntimeVariant[] = ['rfc-2022', 'rfc-2022-cancel', 'ktask-v4'];

export function runtimeVariant(name: RuntimeVariant): PadataRules {
  return VARIANTS[name];
}

/** undefined for rules that are none of them. */
export function runtimeVariantOf(rules: PadataRules): RuntimeVariant | undefined {
  return RUNTIME_VARIANTS.find((name) => VARIANTS[name] === rules);
}
