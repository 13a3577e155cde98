// Which call of memblock each of the model's call-site ids is: the n-th of its kind in a function. The kinds are those that print.
import { ANY_KIND, KINDS, PLAIN, RULES, type Rule } from './caller_rules.ts';
import type { CallSites } from '../../kernel/profile.ts';

interface Site {
  readonly text: string;
  readonly target: string;
  readonly via: string;
  readonly mark: string;
}

/** The calls in each function, by its name without what the compiler appends to it. */
function sitesByFunction(callSites: CallSites): Map<string, Site[]> {
  const found = new Map<string, Site[]>();
  for (const [caller, calls] of Object.entries(callSites)) {
    const [symbol = '', size = ''] = caller.split('/');
    const name = symbol.replace(/\.(constprop|isra|part|cold)\b.*/, '');
    const list = found.get(name) ?? [];
    for (const call of calls.split(', ')) {
      const [offset = '', target = '', ...rest] = call.split(' ');
      const via = rest.find((word) => word.startsWith('via:'))?.slice(4) ?? '';
      const mark = rest.find((word) => !word.startsWith('via:')) ?? '';
      list.push({ text: `${symbol}+${offset}/${size}`, target, via, mark });
    }
    found.set(name, list);
  }
  return found;
}

function siteOf(sites: ReadonlyMap<string, readonly Site[]>, wanted: Rule): Site | undefined {
  for (const name of wanted.functions)
    for (const kind of wanted.kinds) {
      const matching = (sites.get(name) ?? []).filter(
        (site) =>
          KINDS[kind].test(site.target) &&
          (wanted.via === undefined || site.via === wanted.via) &&
          (wanted.mark === undefined || site.mark === wanted.mark),
      );
      const found = matching[wanted.nth] ?? (wanted.orLast === true ? matching.at(-1) : undefined);
      if (found) return found;
    }
  return undefined;
}

/** What memblock=debug prints for each call-site id; ids whose call the image does not have are left out. */
export function callersOf(callSites: CallSites): Record<string, string> {
  const sites = sitesByFunction(callSites);
  const callers: Record<string, string> = {};
  const rules: [string, Rule | readonly Rule[]][] = [
    ...PLAIN.map((name): [string, Rule] => [name, { functions: [name], kinds: ANY_KIND, nth: 0 }]),
    ...Object.entries(RULES),
  ];
  // from 6.14 on most allocations go through a function of their own, whose call of memblock is the one that is printed
  const orPanic = sites.get('__memblock_alloc_or_panic')?.find((site) => KINDS.alloc.test(site.target));
  // i386 calls what x86-64 jumps to: memblock_free() is a caller itself
  const freed = sites.get('memblock_free')?.find((site) => KINDS.free.test(site.target));
  const printed = (site: Site): string => {
    if (site.target.endsWith('_or_panic') && orPanic) return orPanic.text;
    return site.target === 'memblock_free' && freed ? freed.text : site.text;
  };
  for (const [id, wanted] of rules) {
    const site = [wanted]
      .flat()
      .map((one) => siteOf(sites, one))
      .find((found) => found !== undefined);
    if (site) callers[id] = printed(site);
    else if (freed && [wanted].flat().every(({ kinds }) => kinds.length === 1 && kinds[0] === 'free'))
      callers[id] = freed.text;
  }
  return callers;
}
