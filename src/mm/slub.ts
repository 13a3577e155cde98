// Mirrors kmem_cache_init of mm/slub.c (v6.1), as far as its line goes.
import type { BootContext } from './context.ts';

/** kmalloc's caches, as far as they were counted in the line. */
const GENERAL_CACHES = 15;
/** PAGE_ALLOC_COSTLY_ORDER, the default of slub_max_order; MAX_ORDER - 1, its limit. */
const DEFAULT_MAX_ORDER = 3;
const HIGHEST_ORDER = 10;

/** get_option() of the last occurrence: an integer, or 0 where there is none. */
function intParam(ctx: BootContext, name: string, byDefault: number): number {
  const text = ctx.params
    .all(name)
    .filter((value) => value !== null)
    .at(-1);
  const match = text === undefined ? null : /^-?(?:0[xX][0-9a-fA-F]+|\d+)/.exec(text);
  return match ? Number(match[0]) : byDefault;
}

/** What slub_debug= switches on that costs memory or a line at boot. */
export interface SlubDebug {
  readonly poison: boolean;
  /** Some slabs keep stack traces (SLAB_STORE_USER). */
  readonly storeUser: boolean;
}

/** One slub_debug parameter: blocks of flags with an optional list of slabs, `;` between them (setup_slub_debug). */
export function parseSlubDebug(value: string | null): SlubDebug {
  if (value === null || value === '') return { poison: true, storeUser: true };
  let global: SlubDebug | null = null;
  let storeUser = false;
  for (const block of value.split(';').filter((text) => text !== '')) {
    const [flags = '', slabs] = splitOnce(block, ',');
    const all = flags === '' && slabs !== undefined;
    const after = flags.toLowerCase().slice(flags.lastIndexOf('-') + 1);
    const parsed = { poison: all || after.includes('p'), storeUser: all || after.includes('u') };
    if (slabs === undefined) global = parsed;
    else storeUser ||= parsed.storeUser;
  }
  return { poison: global?.poison ?? false, storeUser: storeUser || (global?.storeUser ?? false) };
}

/** The text before the first `sign`, and what stands behind it; the latter undefined without one. */
function splitOnce(text: string, sign: string): [string, string?] {
  const at = text.indexOf(sign);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Prints what slab sizes are chosen from. */
export function kmemCacheInit(ctx: BootContext): void {
  if (ctx.profile.config.slub === false) return;
  const maxOrder = Math.min(intParam(ctx, 'slub_max_order', DEFAULT_MAX_ORDER), HIGHEST_ORDER);
  const minOrder = intParam(ctx, 'slub_min_order', 0);
  const minObjects = intParam(ctx, 'slub_min_objects', 0);
  ctx.printk.info(
    `SLUB: ${ctx.profile.rules.slubLine === 'plain' ? '' : `Genslabs=${GENERAL_CACHES}, `}HWalign=${ctx.features.cacheAlignment}, Order=${minOrder}-${maxOrder}, MinObjects=${minObjects}, ` +
      `CPUs=${ctx.nrCpuIds}, Nodes=${ctx.nrNodeIds}`,
  );
}
