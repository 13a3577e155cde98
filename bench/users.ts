// The published tables of jobs' users beside the model. usage: npx node bench/users.ts [--fit]
// --fit chooses the figures on the rows marked as fitted, and prints them; src/predict/users/costs.ts has what it found.
import { InputError } from '../src/lib/input-error.ts';
import {
  FALLOCATE_ROWS,
  FALLOCATE_SPARC_ROWS,
  HUGETLB_ROWS,
  MUNMAP_ROWS,
  VFIO_LATER,
  VFIO_ROWS,
  type UserSeries,
} from '../src/predict/published/users.ts';
import { accuracy, compareSeries, costsOf, modelSeconds } from '../src/predict/users/series.ts';
import { MUNMAP_HASWELL, VFIO_SKYLAKE, type UserCosts } from '../src/predict/users/costs.ts';

type Key = 'pageNs' | 'nodeGBs' | 'linkGBs' | 'holdNs' | 'handoverNs' | 'waiterNs';

/** Steps on the logarithm of each figure until no step makes the fitted rows better. */
function fit(all: readonly UserSeries[], start: UserCosts, keys: readonly Key[]): UserCosts {
  const misfit = (costs: UserCosts): number => {
    let sum = 0;
    for (const series of all)
      for (const { threads, seconds, fitted } of series.rows)
        if (fitted)
          try {
            sum += Math.log(modelSeconds(series, threads, costs) / seconds) ** 2;
          } catch (error) {
            if (error instanceof InputError) return Infinity; // one thread faster than the bandwidth allows
            throw error;
          }
    return sum;
  };
  let best = start;
  let least = misfit(best);
  for (let step = 0.3; step > 0.002;) {
    let moved = false;
    for (const key of keys)
      for (const by of [step, -step]) {
        const next = { ...best, [key]: (best[key] ?? 0) * Math.exp(by) };
        const sum = misfit(next);
        if (sum < least) [best, least, moved] = [next, sum, true];
      }
    if (!moved) step /= 2;
  }
  return best;
}

const wantsFit = process.argv.includes('--fit');

function show(title: string, all: readonly UserSeries[], costs: (series: UserSeries) => UserCosts): void {
  const compared = all.flatMap((series) => {
    const own = costs(series);
    const rows = compareSeries(series, own);
    if (wantsFit)
      process.stdout.write(
        `pageNs ${own.pageNs.toPrecision(4)}, nodeGBs ${own.nodeGBs.toPrecision(4)}, waiterNs ${own.waiterNs.toPrecision(4)}\n`,
      );
    const cells = rows.map(
      ({ threads, seconds, model, fitted }) =>
        `${threads}: ${seconds} / ${model.toPrecision(3)}${fitted ? ' (fitted)' : ''}`,
    );
    process.stdout.write(
      `${series.machine} ${series.pages} pages, cache ${series.cache ?? 0}: ${cells.join(', ')}\n`,
    );
    return rows;
  });
  const { mean, worst } = accuracy(compared);
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const fitted = compared.filter((row) => row.fitted).length;
  process.stdout.write(
    `${title}: ${fitted} of ${compared.length} rows fitted; the others ${percent(mean)} on average, ${percent(worst)} at worst\n\n`,
  );
}

const fitted = (all: readonly UserSeries[], start: UserCosts, keys: readonly Key[]): UserCosts => {
  if (!wantsFit) return start;
  const costs = fit(all, start, keys);
  process.stdout.write(`${JSON.stringify(costs)}\n`);
  return costs;
};

const only = process.argv.find((arg) => /^(vfio|hugetlb|munmap|fallocate)$/.test(arg));
if (only === undefined || only === 'vfio') {
  const vfio = fitted(VFIO_ROWS, VFIO_SKYLAKE, ['pageNs', 'nodeGBs', 'handoverNs', 'waiterNs']);
  show('vfio-pin', VFIO_ROWS, () => vfio);
  show('vfio-pin, tried afterwards', VFIO_LATER, () => vfio);
}
if (only === undefined || only === 'munmap') {
  const munmap = fitted(MUNMAP_ROWS, MUNMAP_HASWELL, ['pageNs', 'holdNs', 'waiterNs']);
  show('munmap', MUNMAP_ROWS, () => munmap);
}
// each machine by itself: their sources do not say what they are
if (only === undefined || only === 'hugetlb') {
  const each = (series: UserSeries): UserCosts =>
    wantsFit ? fit([series], costsOf(series), ['pageNs', 'nodeGBs']) : costsOf(series);
  show('hugetlb', HUGETLB_ROWS, each);
}
if (only === undefined || only === 'fallocate')
  for (const [title, all] of [
    ['fallocate', FALLOCATE_ROWS],
    ['fallocate on SPARC', FALLOCATE_SPARC_ROWS],
  ] as const) {
    const costs = fitted(all, costsOf(all[0] as UserSeries), ['pageNs', 'nodeGBs', 'linkGBs']);
    show(title, all, () => costs);
  }
