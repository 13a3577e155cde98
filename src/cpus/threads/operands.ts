// What a trace keeps of a request.
import type { Op } from '../../cpu/op.ts';

/** The two numbers of a request that its trace keeps: word and value, page frames, CPUs. */
export function operands(op: Op): [number, number] {
  switch (op.op) {
    case 'cmpxchg':
      return [op.at, op.next];
    case 'release':
    case 'wait':
      return [op.at, op.value];
    case 'wake':
      return [op.at, op.count ?? 0];
    case 'start':
      return [op.arg, op.cpus?.length ?? 0];
    case 'run':
      return [op.start, op.end];
    case 'affine':
      return [op.cpus[0] ?? -1, op.cpus.length];
    case 'cpu':
      return [op.cpu, op.up ? 1 : 0];
    case 'irq':
      return [op.enable ? 1 : 0, 0];
    case 'nice':
      return [op.task, op.nice];
    case 'getcpu':
    case 'current':
    case 'runtime':
    case 'resched':
    case 'jiffies':
      return [0, 0];
  }
}
