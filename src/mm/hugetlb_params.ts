// Mirrors hugetlb_add_param of mm/hugetlb.c (v6.16): where the parameters of huge pages are early ones, they are kept until the pages
// are taken.
import type { Param } from '../kernel/params.ts';

const NAMES: readonly string[] = ['hugepages', 'hugepagesz', 'default_hugepagesz'];
/** HUGE_MAX_CMDLINE_ARGS: two for each of two sizes, and the default. */
const MOST = 5;

export const isHugetlbParam = ({ name }: Param): boolean => NAMES.includes(name.replaceAll('-', '_'));

/** Those of `list` that are kept; what comes behind them is malformed. */
export function keptHugetlbParams(list: readonly Param[]): Param[] {
  return list.filter((param) => param.value !== null && isHugetlbParam(param)).slice(0, MOST);
}
