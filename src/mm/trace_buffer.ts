// Mirrors tracer_alloc_buffers of kernel/trace/trace.c and rb_allocate_cpu_buffer of ring_buffer.c (v6.1): trace buffers
// that boot parameters make large take pages before deferred init has made any.
import { PAGE_SIZE, type CpuId } from '../lib/units.ts';
import { memparse } from '../kernel/params.ts';
import type { BootContext } from './context.ts';
import type { EarlyBuddy } from './early_buddy.ts';

const TRACE_BUF_SIZE_DEFAULT = 1441792;
/** Bytes of events in a page: all but the header (BUF_PAGE_SIZE). */
const BUF_PAGE_SIZE = PAGE_SIZE - 16;
/** A struct buffer_page for each page, cache lines of 64 bytes. */
const BUFFER_PAGES_PER_PAGE = PAGE_SIZE / 64;
/** Parameters that make the buffers their full size at once; without them a CPU has two pages. */
const EXPANDING: readonly string[] = ['ftrace', 'trace_event', 'alloc_snapshot', 'ftrace_boot_snapshot'];
const SNAPSHOT: readonly string[] = ['alloc_snapshot', 'ftrace_boot_snapshot'];

/** Pages of event data that each CPU's buffers take; 0 where no parameter makes them large. */
function dataPages(ctx: BootContext): number {
  const { params } = ctx;
  if (!EXPANDING.some((name) => params.has(name))) return 0;
  let size = TRACE_BUF_SIZE_DEFAULT;
  for (const text of params.all('trace_buf_size')) {
    const asked = memparse(text ?? '').value;
    if (asked > 0) size = Math.max(asked, PAGE_SIZE);
  }
  return Math.ceil(size / BUF_PAGE_SIZE);
}

/** The buffers of one CPU, on its node: events, and a second set for snapshots. Nothing where memory looks too short. */
export function allocTraceBuffer(ctx: BootContext, buddy: EarlyBuddy, cpu: CpuId): void {
  const pages = dataPages(ctx);
  if (pages === 0) return;
  const sets = SNAPSHOT.some((name) => ctx.params.has(name)) ? 2 : 1;
  for (let set = 0; set < sets; set++) {
    if (buddy.freePages < pages) return; // si_mem_available()
    const node = ctx.cpus[cpu]?.node ?? 0;
    for (let left = pages + Math.ceil(pages / BUFFER_PAGES_PER_PAGE); left > 0; left--)
      buddy.takeBlock(node, 0);
  }
}
