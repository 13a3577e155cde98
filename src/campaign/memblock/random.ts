// Random operations on tables of a given number of regions.
import { Dice } from '../../lib/dice.ts';
import { GiB, KiB, MiB } from '../../lib/units.ts';
import { Memblock } from '../../mm/memblock.ts';
import { OP, OpList, settle } from './ops.ts';

/**
 * `n` memory regions of 1 MiB, one every 2 MiB, added in random order on two nodes, and one small reservation in each,
 * also in random order; then `mix` operations at random: allocations (any node, a node, a range), frees of what was
 * reserved or allocated, reservations, memory taken away and added again. There is
 * one region of 1 GiB below, where tables of any size find room to grow.
 */
export function randomOps(n: number, mix: number, seed = 1): OpList {
  const dice = new Dice(seed);
  const below = (limit: number): number => dice.below(limit);
  const numbers = Array.from({ length: n }, (_, i) => i);
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
  for (const i of dice.shuffled(numbers)) push(OP.addNode, [origin + i * 2 * MiB, MiB], i % 2);
  const taken: [number, number][] = [];
  for (const i of dice.shuffled(numbers)) {
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
