// What hugetlb_init of mm/hugetlb.c (v6.1) takes from the page allocator in an initcall: said, not modelled.
import type { BootContext } from './context.ts';

/** `pages` of 2 MiB that the command line asks for. */
export function warnOfLatePages(ctx: BootContext, pages: number): void {
  if (pages > 0)
    ctx.warn(
      `command line: ${pages} huge pages of 2 MiB are taken by hugetlb_init, after what is modelled: here they are free`,
    );
}
