// Random operations on tables of a given number of regions.
import { GiB, KiB, MiB } from '../../src/lib/units.ts';
import { Memblock } from '../../src/mm/memblock.ts';
import { OP, OpList, settle } from './ops.ts';

/** mulberry32: the same numbers for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function shuffled(n: number, below: (n: number) => number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/**
 * `n` memory regions of 1 MiB, one every 2 MiB, added in random order on two nodes, and one small reservation in each,
 * also in random order; then `mix` operations at random: allocations (any node, a node, a range), frees of what was
 * reserved or allocated, reservations, memory taken away and added again. There is
 * one region of 1 GiB below, where tables of any size find room to grow.
 */
export function randomOps(n: number, mix: number, seed = 1): OpList {
  const below = random(seed);
  const ops = new OpList();
  const mb = new Memblock();
  const push = (code: number, args: number[], nid = 0): number => {
    ops.push(code, args, nid);
    return settle(mb, ops);
  };
  const origin = 8 * GiB;
  const top = origin + 2 * MiB * n;
  ops.arena = [4 * GiB, top];
  push(OP.add, [4 * GiB, GiB]);
  push(OP.allowResize, []);
  for (const i of shuffled(n, below)) push(OP.addNode, [origin + i * 2 * MiB, MiB], i % 2);
  const taken: [number, number][] = [];
  for (const i of shuffled(n, below)) {
    const at: [number, number] = [origin + i * 2 * MiB + below(200) * 4 * KiB, (1 + below(8)) * KiB];
    push(OP.reserve, at);
    taken.push(at);
  }
  for (let k = 0; k < mix; k++) {
    const size = 1 << (6 + below(11));
    const align = 1 << (6 + below(7));
    const kind = below(16);
    if (kind < 6) {
      const nid = below(3) - 1;
      const from = origin + below(n) * 2 * MiB;
      const max = kind < 3 ? 0 : kind < 5 ? from + 64 * MiB : top;
      const at = push(OP.allocTryNid, [size, align, kind < 4 ? 0 : from, max], nid);
      if (at) taken.push([at, size]);
    } else if (kind < 12) {
      const [last] = taken.splice(below(taken.length), 1, taken.at(-1)!);
      taken.pop();
      if (last) push(OP.free, last);
    } else if (kind < 14) {
      const at: [number, number] = [origin + below(n) * 2 * MiB + below(250) * 4 * KiB, size];
      push(OP.reserve, at);
      taken.push(at);
    } else {
      const i = below(n);
      push(OP.remove, [origin + i * 2 * MiB, MiB]);
      push(OP.addNode, [origin + i * 2 * MiB, MiB], i % 2);
    }
  }
  return ops;
}
