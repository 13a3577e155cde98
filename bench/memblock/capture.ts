// The memblock operations of a real boot, read from its log (memblock=debug) and its final memory table.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Memblock } from '../../src/mm/memblock.ts';
import { OP, OpList, settle } from './ops.ts';

const RANGE = /(memblock_add|memblock_reserve|memblock_phys_free): \[0x(\w+)-0x(\w+)\] (\S+)/;
const REQUEST = /(memblock_\w+): (\d+) bytes align=0x(\w+)(?: nid=(-?\d+))? from=0x(\w+) max_addr=0x(\w+)/;
const MEMORY = /^memory \d+ base (\w+) end (\w+) nid (\d+)/;

const CODES: Readonly<Record<string, number>> = {
  memblock_add: OP.add,
  memblock_reserve: OP.reserve,
  memblock_phys_free: OP.free,
  memblock_phys_alloc_range: OP.physAllocRange,
  memblock_alloc_try_nid: OP.allocTryNid,
  memblock_alloc_try_nid_raw: OP.allocTryNid,
  memblock_alloc_exact_nid_raw: OP.allocExact,
};

function address(hex: string): number {
  return hex === 'ffffffffffffffff' ? Number.MAX_SAFE_INTEGER : Number.parseInt(hex, 16);
}

/**
 * The operations in a capture's log, in order. A reservation inside an allocation is the allocation's; one that no
 * logged request explains (memblock_phys_alloc_try_nid() logs none) is taken as it is. Nodes, which the log does not
 * show, are set from the final table before the first request for a node.
 */
export function captureOps(dir: string): OpList {
  const log = readFileSync(path.join(dir, 'dmesg.txt'), 'utf8');
  const table = readFileSync(path.join(dir, 'memblock.txt'), 'utf8').split('@ entry')[1] ?? '';
  const mb = new Memblock();
  const ops = new OpList();
  let nodesKnown = false;
  let explained = false;
  const push = (code: number | undefined, args: number[], nid = 0): void => {
    if (code === undefined) return;
    ops.push(code, args, nid);
    settle(mb, ops);
  };
  for (const line of log.split('\n')) {
    const [, what = '', from = '', to = '', caller = ''] = RANGE.exec(line) ?? [];
    if (what) {
      if (
        !caller.startsWith('memblock_double') &&
        !(caller.startsWith('memblock_alloc_range_nid') && explained)
      ) {
        push(CODES[what], [address(from), address(to) - address(from) + 1]);
      }
      explained = false;
    }
    const [, request = '', size, align = '', nid = '-1', min = '', max = ''] = REQUEST.exec(line) ?? [];
    if (!request) continue;
    if (!nodesKnown && Number(nid) >= 0) {
      nodesKnown = true;
      for (const row of table.split('\n')) {
        const [, base, end, node] = MEMORY.exec(row) ?? [];
        if (base) push(OP.setNode, [Number(base), Number(end) - Number(base)], Number(node));
      }
    }
    push(CODES[request], [Number(size), address(align), address(min), address(max)], Number(nid));
    explained = true;
  }
  return ops;
}
