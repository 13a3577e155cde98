// Mirrors report_meminit of init/main.c, init_mem_debugging_and_hardening and mem_init_print_info of mm/page_alloc.c
// (v6.1): what the kernel says about memory as a whole.
import { hex, PAGE_SIZE } from '../lib/units.ts';
import { zoneEndPfn } from './mmzone.ts';
import type { Params } from '../kernel/params.ts';
import type { BootContext } from './context.ts';
import type { FreedPages } from './memblock_free.ts';

/** kstrtobool(): null where the text is neither yes nor no. */
function kstrtobool(text: string): boolean | null {
  const match = /^(?:([yYtT1]|[oO][nN])|[nNfF0]|[oO][fF])/.exec(text);
  return match ? match[1] !== undefined : null;
}

/** The last value of a parameter that is a yes or a no. */
function boolParam(params: Params, name: string, byDefault: boolean): boolean {
  for (const text of [...params.all(name)].reverse()) {
    const value = text === null ? null : kstrtobool(text);
    if (value !== null) return value;
  }
  return byDefault;
}

/** The `mem auto-init` lines: what memory is filled with when it is handed out or comes back. */
export function reportMeminit(ctx: BootContext): void {
  const { params, printk } = ctx;
  const { config } = ctx.profile;
  let onAlloc = boolParam(params, 'init_on_alloc', config.initOnAlloc);
  let onFree = boolParam(params, 'init_on_free', config.initOnFree);
  if (boolParam(params, 'page_poison', false) && (onAlloc || onFree)) {
    printk.info(
      'mem auto-init: CONFIG_PAGE_POISONING is on, will take precedence over init_on_alloc and init_on_free',
    );
    onAlloc = false;
    onFree = false;
  }
  const word = (on: boolean): string => (on ? 'on' : 'off');
  printk.info(
    `mem auto-init: stack:${config.initStack}, heap alloc:${word(onAlloc)}, heap free:${word(onFree)}`,
  );
  if (onFree) printk.info('mem auto-init: clearing system memory may take some time...');
}

const inKiB = (pages: number): number => (pages * PAGE_SIZE) / 1024;

/** totalhigh_pages(). */
function highPages(ctx: BootContext): number {
  return ctx.pgdats.reduce(
    (sum, { zones }) => sum + (zones.find((zone) => zone.name === 'HighMem')?.managedPages ?? 0),
    0,
  );
}

/** set_highmem_pages_init(): says which zones are high before their pages are freed. */
export function setHighmemPagesInit(ctx: BootContext): void {
  if (!ctx.profile.image.i386) return;
  const movableIsHigh = ctx.pgdats.some(({ zones }) =>
    zones.some((z) => z.name === 'HighMem' && z.spannedPages > 0),
  );
  const pfn = (value: number): string => hex(value, 8).slice(2);
  for (const { zones } of ctx.pgdats)
    for (const zone of zones)
      if (zone.name === 'HighMem' || (zone.name === 'Movable' && movableIsHigh))
        ctx.printk.info(
          `Initializing ${zone.name} for node ${zone.node} (${pfn(zone.zoneStartPfn)}:${pfn(zoneEndPfn(zone))})`,
        );
}

/**
 * The `Memory:` line. `taken` pages were allocated between memblock_free_all and now; `within` says by how many KiB that may be
 * wrong, 0 where it is exact.
 */
export function memInitPrintInfo(
  ctx: BootContext,
  freed: Pick<FreedPages, 'free' | 'total'>,
  taken: number,
  within = 0,
): void {
  const { codeK, rwdataK, rodataK, initK, bssK } = ctx.profile.image;
  const { i386 } = ctx.profile.image;
  const cmaPages = ctx.cmaAreas.reduce((sum, { start, end }) => sum + (end - start) / PAGE_SIZE, 0);
  const physPages = ctx.pgdats.reduce((sum, pgdat) => sum + pgdat.nodePresentPages, 0);
  const { memoryLine } = ctx.profile.rules;
  if (memoryLine === 'absent-pages') return memInitAbsent(ctx, freed);
  const cma = memoryLine === 'cma' ? `, ${inKiB(cmaPages)}K cma-reserved` : '';
  const figure = inKiB(freed.free - taken);
  ctx.printk.info(
    `Memory: ${figure}K/${inKiB(physPages)}K available ` +
      `(${codeK}K kernel code, ${rwdataK}K rwdata, ${rodataK}K rodata, ${initK}K init, ${bssK}K bss, ` +
      `${inKiB(physPages - freed.total - cmaPages)}K reserved${cma}` +
      (i386 ? `, ${inKiB(highPages(ctx))}K highmem)` : ')'),
    within > 0 ? { figure, within } : undefined,
  );
}

/** The line as mem_init of arch/x86/mm/init_64.c printed it, to 3.10: of all memory up to its end, holes included. */
function memInitAbsent(ctx: BootContext, { free }: Pick<FreedPages, 'free'>): void {
  const { codeK, rwdataK, rodataK, initK } = ctx.profile.image;
  const present = ctx.pgdats.reduce((sum, pgdat) => sum + pgdat.nodePresentPages, 0);
  const absent = ctx.maxPfn - present;
  ctx.printk.info(
    `Memory: ${inKiB(free)}k/${inKiB(ctx.maxPfn)}k available (${codeK}k kernel code, ${inKiB(absent)}k absent, ` +
      `${inKiB(present - free)}k reserved, ${rwdataK + rodataK}k data, ${initK}k init)`,
  );
}
