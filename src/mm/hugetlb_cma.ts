// Mirrors hugetlb_cma_reserve() of mm/hugetlb_cma.c (v7.2, v7.3): memory from which gigantic pages can be had while the system runs.
import { memparse } from '../kernel/params.ts';
import { alignDown, alignUp } from '../lib/align.ts';
import { GiB, MiB, type Nid } from '../lib/units.ts';
import { declareCmaOfNode } from './cma.ts';
import type { BootContext } from './context.ts';
import { nodesWithMemory } from './pfn_ranges.ts';

/** arch_hugetlb_cma_order(): 1 GiB where the CPU has such pages. */
const GIGANTIC = GiB;
const mib = (bytes: number): number => Math.floor(bytes / MiB);

/** An amount as it was given: bytes, or percent of memory (7.3). */
type Amount = { readonly bytes: number } | { readonly percent: number };

/** hugetlb_cma= as its parser leaves it: for all nodes together, or for some by number. */
interface Wanted {
  all: Amount | null;
  readonly nodes: Map<Nid, Amount>;
}

/** cmdline_parse_hugetlb_cma(): the last amount for all nodes counts, and of each node the last. */
function parse(ctx: BootContext): Wanted {
  const wanted: Wanted = { all: null, nodes: new Map() };
  const percents = ctx.profile.rules.hugetlbCma === 'bytes-or-percent';
  const amount = (text: string): { amount: Amount | null; rest: string } => {
    const { value, rest } = memparse(text);
    if (!percents || !rest.startsWith('%')) return { amount: { bytes: value }, rest };
    return { amount: value > 100 ? null : { percent: value }, rest: rest.slice(1) };
  };
  for (const text of ctx.params.all('hugetlb_cma')) {
    let rest = text ?? '';
    while (/^\d/.test(rest)) {
      const node = /^(\d+):(.*)$/s.exec(rest);
      if (!node) {
        const { amount: all } = amount(rest);
        if (all === null) ctx.printk.warn(`hugetlb_cma: invalid percentage ${memparse(rest).value}`);
        else wanted.all = all;
        if (all !== null && percents) wanted.nodes.clear();
        break;
      }
      const nid = Number(node[1]);
      if (nid >= ctx.memblock.maxNumNodes) break;
      const { amount: own, rest: after } = amount(node[2] ?? '');
      if (own === null) {
        ctx.printk.warn(`hugetlb_cma: invalid percentage ${memparse(node[2] ?? '').value} for node ${nid}`);
        break;
      }
      wanted.nodes.set(nid, own);
      if (!after.startsWith(',')) break;
      rest = after.slice(1);
    }
  }
  return wanted;
}

/** Bytes of memory that an amount is a share of; rounded down to whole pages of 1 GiB where it is a share. */
function bytesOf(ctx: BootContext, amount: Amount, memory: number, where: string): number {
  if ('bytes' in amount) return amount.bytes;
  const exact = Math.floor((memory * amount.percent) / 100);
  const bytes = alignDown(exact, GIGANTIC);
  if (exact > 0 && bytes === 0)
    ctx.printk.warn(
      `hugetlb_cma: reservation size rounded down to 0 from ${mib(exact)} MiB (${amount.percent}%)${where}`,
    );
  return bytes;
}

/** Takes what hugetlb_cma= asks for; returns the bytes wanted, 0 where nothing was to be had: then boot takes gigantic pages. */
export function reserveHugetlbCma(ctx: BootContext): number {
  const { printk, memblock, profile } = ctx;
  if (!profile.image.params.early.includes('hugetlb_cma')) return 0;
  const wanted = parse(ctx);
  if (wanted.all === null && wanted.nodes.size === 0) return 0;
  if (!ctx.features.gbPages) {
    printk.warn("hugetlb_cma: the option isn't supported by current arch");
    return 0;
  }
  const nodes = nodesWithMemory(ctx);
  const own = new Map<Nid, number>();
  for (const [nid, amount] of [...wanted.nodes].sort(([a], [b]) => a - b)) {
    const memory = memblock.memory.regions().reduce((sum, r) => sum + (r.nid === nid ? r.size : 0), 0);
    const size = bytesOf(ctx, amount, memory, ` on node ${nid}`);
    if (size === 0) continue;
    if (!nodes.includes(nid)) printk.warn(`hugetlb_cma: invalid node ${nid} specified`);
    else if (size % GIGANTIC !== 0)
      printk.warn(`hugetlb_cma: cma area of node ${nid} must be a multiple of ${mib(GIGANTIC)} MiB`);
    else own.set(nid, size);
  }
  if (wanted.nodes.size > 0 && own.size === 0) return 0;
  if (own.size > 0) return takeFrom(ctx, own, new Map(wanted.nodes));
  const all = wanted.all as Amount;
  const total = bytesOf(ctx, all, memblock.physMemSize(), '');
  if (total === 0) return 0;
  if (total % GIGANTIC !== 0) {
    printk.warn(`hugetlb_cma: cma area must be a multiple of ${mib(GIGANTIC)} MiB`);
    return 0;
  }
  const perNode = alignUp(Math.ceil(total / nodes.length), GIGANTIC);
  const share = 'percent' in all ? ` (${all.percent}%)` : '';
  printk.info(`hugetlb_cma: reserve ${mib(total)} MiB${share}, up to ${mib(perNode)} MiB per node`);
  let left = total;
  for (const nid of nodes) {
    const size = Math.min(perNode, left);
    left -= takeFrom(ctx, new Map([[nid, size]]), new Map());
    if (left <= 0) break;
  }
  return left < total ? total : 0;
}

/** Bytes taken, node by node. */
function takeFrom(
  ctx: BootContext,
  sizes: ReadonlyMap<Nid, number>,
  given: ReadonlyMap<Nid, Amount>,
): number {
  let reserved = 0;
  for (const [nid, size] of sizes) {
    if (!declareCmaOfNode(ctx, size, GIGANTIC, nid)) {
      ctx.printk.warn(`hugetlb_cma: reservation failed: err -12, node ${nid}`);
      continue;
    }
    const amount = given.get(nid);
    const share = amount !== undefined && 'percent' in amount ? ` (${amount.percent}%)` : '';
    reserved += size;
    ctx.printk.info(`hugetlb_cma: reserved ${mib(size)} MiB${share} on node ${nid}`);
  }
  return reserved;
}
