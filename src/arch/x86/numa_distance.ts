// Mirrors the distance table of arch/x86/mm/numa.c (v6.1): a byte for each pair of nodes, made when it is first set.
import { PAGE_SIZE, type Nid } from '../../lib/units.ts';
import { LOCAL_DISTANCE, REMOTE_DISTANCE } from './numa_state.ts';
import type { X86State } from './state.ts';

/** numa_reset_distance: the table is freed; the next distance set makes a new one. */
export function numaResetDistance(x86: X86State): void {
  const { numa, ctx } = x86;
  const size = numa.distanceCnt * numa.distanceCnt;
  if (size > 0) ctx.memblock.free(numa.distanceAddr, size, 'numa_reset_distance');
  numa.distanceCnt = 0;
  numa.distanceFailed = false;
  numa.distance = [];
}

/** numa_alloc_distance: a byte for each pair of nodes up to the highest known. */
function numaAllocDistance(x86: X86State): boolean {
  const { numa, ctx } = x86;
  let cnt = 0;
  for (const nid of numa.nodesParsed) cnt = Math.max(cnt, nid);
  for (const { nid } of numa.meminfo) cnt = Math.max(cnt, nid);
  cnt += 1;
  const limit = x86.maxPfnMapped * PAGE_SIZE;
  const addr =
    ctx.profile.rules.distanceTable === 'alloc'
      ? ctx.memblock.alloc(cnt * cnt, PAGE_SIZE, 'numa_alloc_distance')
      : ctx.memblock.takeRange(cnt * cnt, PAGE_SIZE, 0, limit, 'numa_alloc_distance');
  if (!addr) {
    ctx.printk.warn("Warning: can't allocate distance table!");
    numa.distanceFailed = true;
    return false;
  }
  numa.distanceAddr = addr;
  numa.distanceCnt = cnt;
  numa.distance = [];
  for (let i = 0; i < cnt * cnt; i++)
    numa.distance.push(Math.floor(i / cnt) === i % cnt ? LOCAL_DISTANCE : REMOTE_DISTANCE);
  if (ctx.profile.rules.distanceLine === 'printed')
    ctx.printk.debug(`NUMA: Initialized distance table, cnt=${cnt}`);
  return true;
}

/** numa_set_distance: out-of-range nodes and senseless distances are ignored with a warning. */
export function numaSetDistance(x86: X86State, from: Nid, to: Nid, distance: number): void {
  const { numa } = x86;
  if (numa.distanceFailed || (numa.distanceCnt === 0 && !numaAllocDistance(x86))) return;
  const what = `from=${from} to=${to} distance=${distance}`;
  if (from >= numa.distanceCnt || to >= numa.distanceCnt || from < 0 || to < 0) {
    warnOnce(x86, 'Warning: node ids are out of bound', what);
    return;
  }
  if ((distance & 0xff) !== distance || (from === to && distance !== LOCAL_DISTANCE)) {
    warnOnce(x86, 'Warning: invalid distance parameter', what);
    return;
  }
  numa.distance[from * numa.distanceCnt + to] = distance;
}

/** pr_warn_once(). */
function warnOnce({ numa, ctx }: X86State, text: string, what: string): void {
  if (numa.warnedOnce.has(text)) return;
  numa.warnedOnce.add(text);
  ctx.printk.warn(`${text}, ${what}`);
}
