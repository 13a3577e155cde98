// Who calls memblock: the call instructions of the kernel's text, so that a `memblock=debug` line carries the name and offset that
// %pS prints for the return address. A jump at a function's end leaves its own caller's return address: that caller counts then.
import type { Elf } from './elf.ts';
import { physical } from './elf.ts';
import type { Symbols } from './symbols.ts';

const CALL = 0xe8;
const JUMP = 0xe9;
const LENGTH = 5;
/** Functions whose callers are printed, and those that pass their caller on. */
const TARGET = /^_{0,2}memblock_/;
/** Jumps to jumps: more than this is no tail call any more. */
const MAX_DEPTH = 4;

/** One call of memblock. */
export interface CallSite {
  /** The function that the return address is in, and the address's offset in it; `size` as %pS prints it. */
  readonly caller: string;
  readonly offset: number;
  readonly size: number;
  /** memblock's function. */
  readonly target: string;
  /** The function in between that ends with a jump to it; empty where there is none. */
  readonly via: string;
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

/** Every call of memblock in the image, in the order of its addresses. */
export function memblockCallSites(elf: Elf, symbols: Symbols): CallSite[] {
  const sites: CallSite[] = [];
  let wanted = new Map<number, { readonly target: string; readonly via: string }>();
  for (const prefix of ['memblock_', '__memblock_'])
    for (const name of symbols.named(prefix)) {
      const address = symbols.find(name);
      if (address !== undefined && TARGET.test(name)) wanted.set(address, { target: name, via: '' });
    }
  const seen = new Set<number>();
  for (let depth = 0; depth < MAX_DEPTH && wanted.size > 0; depth++) {
    const next = new Map<number, { readonly target: string; readonly via: string }>();
    for (const [to, branches] of branchesTo(elf, new Set(wanted.keys()))) {
      seen.add(to);
      const { target, via } = wanted.get(to) as { target: string; via: string };
      for (const { at, call } of branches) {
        const symbol = symbols.at(at);
        if (!symbol) continue;
        if (call)
          sites.push({
            caller: symbol.name,
            offset: at + LENGTH - symbol.start,
            size: symbol.end - symbol.start,
            target,
            via,
          });
        else if (!seen.has(symbol.start)) next.set(symbol.start, { target, via: via === '' ? symbol.name : via });
      }
    }
    wanted = next;
  }
  return sites.sort((a, b) => (a.caller < b.caller ? -1 : a.caller > b.caller ? 1 : a.offset - b.offset));
}
