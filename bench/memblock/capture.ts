// The memblock operations of a real boot, read from its log (memblock=debug) and its final memory table.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { MiB } from '../../src/lib/units.ts';
import { Memblock } from '../../src/mm/memblock.ts';
import { OP, OpList, settle } from '../../src/campaign/memblock/ops.ts';

const RANGE = /(memblock_add|memblock_reserve|memblock_phys_free): \[0x(\w+)-0x(\w+)\] (\S+)/;
const EARLIER = /^ reserved\[0x\w+\]\t\[0x(\w+)-0x(\w+)\]/;
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

/** [first-last] in hexadecimal as base and size. */
function range(first: string, last: string): number[] {
  return [address(first), address(last) - address(first) + 1];
}

/** Collects operations, running each at once on a model of its own: allocations give the addresses to expect. */
class Replay {
  readonly mb = new Memblock();
  readonly ops = new OpList();
  readonly #nodes: string;
  #nodesKnown = false;

  /** `nodes`: the final memory table, which has the node of each region. */
  constructor(nodes: string) {
    this.#nodes = nodes;
  }

  push(code: number | undefined, args: number[], nid = 0): number {
    if (code === undefined) return 0;
    this.ops.push(code, args, nid);
    return settle(this.mb, this.ops);
  }

  /** numa_init(): memory gets its nodes, and allocation is top-down from here on. */
  learnNodes(): void {
    if (this.#nodesKnown) return;
    this.#nodesKnown = true;
    this.push(OP.setBottomUp, [0]);
    for (const row of this.#nodes.split('\n')) {
      const [, base, end, node] = MEMORY.exec(row) ?? [];
      if (base) this.push(OP.setNode, [Number(base), Number(end) - Number(base)], Number(node));
    }
  }
}

/** Operations of a boot, and where each allocation that the log shows went in it (0 where it failed). */
export interface CapturedOps {
  readonly ops: OpList;
  /** For each allocation in order: the model's address, and the real one. */
  readonly allocations: readonly { model: number; real: number }[];
}

/**
 * The operations in a capture's log, in order. A reservation inside an allocation is the allocation's; one that no
 * request explains is NODE_DATA (memblock_phys_alloc_try_nid() logs no request): it is taken as it is, and nodes are
 * known from there on. What was reserved before the log was on is reserved where the first dump of the tables shows it.
 */
export function captureOps(dir: string): CapturedOps {
  const log = readFileSync(path.join(dir, 'dmesg.txt'), 'utf8');
  const replay = new Replay(readFileSync(path.join(dir, 'memblock.txt'), 'utf8').split('@ entry')[1] ?? '');
  const allocations: { model: number; real: number }[] = [];
  let open: { model: number; real: number } | null = null;
  // movable_node allocates from below until the nodes are known.
  if (/Command line: .*\bmovable_node\b/.test(log)) replay.push(OP.setBottomUp, [1]);
  for (const timed of log.split('\n')) {
    const line = timed.replace(/^\[ *\d+\.\d+\] /, '');
    const [, first, last] = EARLIER.exec(line) ?? [];
    if (first && last) replay.push(OP.reserve, range(first, last));
    const [, what = '', from = '', to = '', caller = ''] = RANGE.exec(line) ?? [];
    if (what && !caller.startsWith('memblock_double_array')) {
      const allocated = caller.startsWith('memblock_alloc_range_nid');
      if (what === 'memblock_add' && replay.mb.memory.tree.count === 0) replay.push(OP.allowResize, []);
      if (allocated && open !== null) open.real = address(from);
      else {
        if (allocated) replay.learnNodes();
        replay.push(CODES[what], range(from, to));
      }
      open = null;
    }
    const [, request = '', size, align = '', nid = '-1', min = '', max = ''] = REQUEST.exec(line) ?? [];
    if (!request) continue;
    if (Number(nid) >= 0) replay.learnNodes();
    const args = [Number(size), address(align), address(min), address(max)];
    open = { model: replay.push(CODES[request], args, Number(nid)), real: 0 };
    allocations.push(open);
  }
  if (replay.mb.reserved.tableAddr !== 0) replay.ops.arena = [MiB, replay.mb.endOfDRAM()];
  return { ops: replay.ops, allocations };
}
