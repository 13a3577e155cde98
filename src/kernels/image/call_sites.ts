// Who calls memblock: the call instructions of the kernel's text, so that a `memblock=debug` line carries the name and offset that
// %pS prints for the return address. A jump at a function's end leaves its own caller's return address: that caller counts then.
import type { Elf } from './elf.ts';
import { physical } from './elf.ts';
import type { Btf } from './btf.ts';
import type { Symbol1, Symbols } from './symbols.ts';
import type { CallSites } from '../../kernel/profile.ts';

const CALL = 0xe8;
const JUMP = 0xe9;
const LENGTH = 5;
/** memblock's own functions: one that jumps to another prints by itself. */
const TARGET = /^_{0,2}memblock_/;
/** Jumps to jumps: more than this is no tail call any more. */
const MAX_DEPTH = 4;

/** memblock's functions that print their caller. */
const PRINTS = /^_{0,2}memblock_(reserve|add|remove|free|phys_free|alloc|phys_alloc)/;
/** What calls reserve_real_mode, through a pointer. */
const REALMODE_HOOK = 'realmode_reserve';

/** One call of memblock. */
interface CallSite {
  /** The function that the return address is in, and the address's offset in it. */
  readonly symbol: Symbol1;
  readonly offset: number;
  /** memblock's function. */
  readonly target: string;
  /** The function in between that ends with a jump to it; empty where there is none. */
  readonly via: string;
  /** `brk` where the call is about the brk area. */
  readonly mark: string;
}

interface Branch {
  readonly at: number;
  readonly call: boolean;
}

/** Branches to each of `targets`, by target address. */
function branchesTo(elf: Elf, targets: ReadonlySet<number>): Map<number, Branch[]> {
  const found = new Map<number, Branch[]>();
  for (const name of ['.text', '.init.text']) {
    const section = elf.section(name);
    const start = section && physical(section.address);
    if (!section || start === null || start === undefined) continue;
    const { data } = section.bytes;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const end = data.length - LENGTH;
    for (let at = 0; at <= end; at++) {
      const opcode = data[at] as number;
      if ((opcode & 0xfe) !== CALL) continue;
      const to = start + at + LENGTH + view.getInt32(at + 1, true);
      if (!targets.has(to)) continue;
      const list = found.get(to);
      const branch = { at: start + at, call: opcode !== JUMP };
      if (list) list.push(branch);
      else found.set(to, [branch]);
    }
  }
  return found;
}

type Wanted = Map<number, { readonly target: string; readonly via: string }>;

/** Every call of memblock in the image, in the order of its addresses. */
function memblockCalls(elf: Elf, symbols: Symbols): CallSite[] {
  const sites: CallSite[] = [];
  let wanted: Wanted = new Map();
  for (const prefix of ['memblock_', '__memblock_'])
    for (const name of symbols.named(prefix)) {
      const address = symbols.find(name);
      if (address !== undefined && PRINTS.test(name)) wanted.set(address, { target: name, via: '' });
    }
  const seen = new Set<number>();
  for (let depth = 0; depth < MAX_DEPTH && wanted.size > 0; depth++) {
    const next: Wanted = new Map();
    for (const [to, branches] of branchesTo(elf, new Set(wanted.keys()))) {
      const { target, via } = wanted.get(to) ?? { target: '', via: '' };
      seen.add(to);
      for (const { at, call } of branches) {
        const symbol = symbols.at(at);
        if (!symbol) continue;
        const mark = near(elf, symbols, symbol.start, at, '_brk_end') ? 'brk' : '';
        if (call) sites.push({ symbol, offset: at + LENGTH - symbol.start, target, via, mark });
        else if (!seen.has(symbol.start) && !TARGET.test(symbol.name))
          next.set(symbol.start, { target, via: via === '' ? symbol.name : via });
      }
    }
    wanted = next;
  }
  return elf.wordBytes === 4 ? markBrk32(elf, symbols, sites) : sites;
}

/** How far before a call its arguments are loaded. */
const ARGUMENTS = 64;

/** Whether the code before `at` reads the variable `name` by its distance from the next instruction. */
function near(elf: Elf, symbols: Symbols, start: number, at: number, name: string): boolean {
  const variable = symbols.find(name);
  const from = Math.max(start, at - ARGUMENTS);
  const code = variable === undefined ? null : elf.memory(from);
  if (!code) return false;
  for (let i = 0; from + i + 4 <= at; i++) if (from + i + 4 + code.i32(i) === variable) return true;
  return false;
}

/**
 * i386 has no symbol for brk's end: the reservation of brk is the last one that setup_arch makes before it calls
 * e820__memblock_setup.
 */
function markBrk32(elf: Elf, symbols: Symbols, sites: readonly CallSite[]): CallSite[] {
  const setup = symbols.find('e820__memblock_setup');
  const caller = symbols.extent('setup_arch');
  const calls = setup === undefined ? [] : (branchesTo(elf, new Set([setup])).get(setup) ?? []);
  const until = calls.find(({ at }) => caller && at >= caller.start && at < caller.end);
  if (!caller || !until) return [...sites];
  const before = sites.filter(
    (site) =>
      site.symbol.start === caller.start &&
      site.target === 'memblock_reserve' &&
      caller.start + site.offset <= until.at,
  );
  const brk = before.reduce<CallSite | null>((a, b) => (a && a.offset > b.offset ? a : b), null);
  return sites.map((site) => (site === brk ? { ...site, mark: 'brk' } : site));
}

/** The return address of the call through x86_platform's hook in setup_arch: what reserve_real_mode's own jump leaves. */
function realModeHook(elf: Elf, symbols: Symbols, btf: Btf | null): CallSite[] {
  const platform = symbols.find('x86_platform');
  const member = btf?.layout('x86_platform_ops')?.offsets[REALMODE_HOOK];
  const caller = symbols.extent('setup_arch');
  const code = caller && elf.memory(caller.start);
  if (platform === undefined || member === undefined || !caller || !code) return [];
  const size = Math.min(caller.end - caller.start, code.length);
  for (let at = 0; at + 6 <= size; at++) {
    if (caller.start + at + 4 + code.i32(at) !== platform + member) continue;
    // the load, and right after it the call: of the register, or of a thunk that calls it
    const register = code.u8(at + 4) === 0xff && code.u8(at + 5) >> 3 === 0x1a;
    const offset = at + 4 + (register ? 2 : LENGTH);
    if (!register && code.u8(at + 4) !== CALL) continue;
    return [{ symbol: caller, offset, target: 'memblock_reserve', via: 'reserve_real_mode', mark: 'hook' }];
  }
  return [];
}

const byName = (a: CallSite, b: CallSite): number =>
  a.symbol.name === b.symbol.name ? a.offset - b.offset : a.symbol.name < b.symbol.name ? -1 : 1;

/** Every call of memblock in the image, by calling function. */
export function memblockCallSites(elf: Elf, symbols: Symbols, btf: Btf | null): CallSites {
  const found: Record<string, string> = Object.create(null);
  for (const site of [...memblockCalls(elf, symbols), ...realModeHook(elf, symbols, btf)].sort(byName)) {
    const { name, start, end } = site.symbol;
    if (name.startsWith('xen_')) continue; // such guests are not modelled
    const key = `${name}/0x${(end - start).toString(16)}`;
    const words = [`0x${site.offset.toString(16)}`, site.target];
    if (site.via !== '') words.push(`via:${site.via}`);
    if (site.mark !== '') words.push(site.mark);
    found[key] = found[key] === undefined ? words.join(' ') : `${found[key]}, ${words.join(' ')}`;
  }
  return found;
}
