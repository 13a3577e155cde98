// A published line of figures beside the model's.
import type { SimCpu } from '../../cpus/simulated/cpus.ts';
import { PADATA_6_12 } from '../../kernel/padata/profiles.ts';
import { PADATA_KTASK_V4, PADATA_RFC_2022 } from '../../kernel/padata/rfc2022/rules.ts';
import type { UserRow, UserSeries } from '../published/users.ts';
import { FALLOCATE_E7, HUGETLB_2M, MUNMAP_HASWELL, VFIO_SKYLAKE, type UserCosts } from './costs.ts';
import { fallocateJob, hugetlbPool, rangeOf, vfioJob } from './jobs.ts';
import { timeJob } from './simulate.ts';

/** CPUs as Linux numbers them: each socket's cores, then their second threads. */
export function cpusOf([sockets, cores, threads]: UserSeries['topology']): SimCpu[] {
  return Array.from({ length: sockets * cores * threads }, (_, cpu) => {
    const core = cpu % (sockets * cores);
    return { node: Math.floor(core / cores), core };
  });
}

/** The model's seconds of one row. */
export function modelSeconds(series: UserSeries, threads: number, costs: UserCosts): number {
  const { user, topology, pages, cache = 0, perNode } = series;
  const machine = { cpus: cpusOf(topology) };
  const all = perNode === true ? threads * topology[0] : threads;
  if (user === 'hugetlb')
    return timeJob(machine, costs, hugetlbPool(pages, all, { node: null }), { padata: PADATA_6_12 }).seconds;
  if (user === 'fallocate') {
    const pools = new Array<number>(topology[0]).fill(series.pool ?? 0);
    return timeJob(machine, costs, fallocateJob(pages, all, pools), { padata: PADATA_KTASK_V4 }).seconds;
  }
  const job =
    user === 'vfio-pin'
      ? vfioJob(pages, all, cache, { node: null })
      : rangeOf(user, pages, all, { node: null });
  return timeJob(machine, costs, job, { padata: PADATA_RFC_2022 }).seconds;
}

/** A row with what the model makes of it; `off` is relative. */
export interface ComparedRow extends UserRow {
  readonly model: number;
  readonly off: number;
}

/** The costs of a published machine. */
export function costsOf({ user, own }: UserSeries): UserCosts {
  if (user === 'vfio-pin') return VFIO_SKYLAKE;
  if (user === 'fallocate') return { ...FALLOCATE_E7, ...own };
  return user === 'munmap' ? MUNMAP_HASWELL : { ...HUGETLB_2M, ...own };
}

export function compareSeries(series: UserSeries, costs: UserCosts = costsOf(series)): ComparedRow[] {
  return series.rows.map((row) => {
    const model = modelSeconds(series, row.threads, costs);
    return { ...row, model, off: model / row.seconds - 1 };
  });
}

/** Mean and worst of the rows that were not fitted. */
export function accuracy(rows: readonly ComparedRow[]): { readonly mean: number; readonly worst: number } {
  const offs = rows.filter(({ fitted }) => !fitted).map(({ off }) => Math.abs(off));
  return { mean: offs.reduce((a, b) => a + b, 0) / Math.max(1, offs.length), worst: Math.max(0, ...offs) };
}
