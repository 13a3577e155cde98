// Real struct pages for kinds of CPU that write them: those of early boot done, the deferred ones as memory comes.
import { refuseIfTooLarge } from '../cpus/threads/host_memory.ts';
import { Memmap } from '../mm/memmap.ts';
import { initEarlyMemmap, memmapShape, sparseAllocations } from '../mm/memmap/from_boot.ts';
import type { EarlyBoot } from './early.ts';

/** @throws InputError 'memory' where the host has too little, before anything is allocated */
export function earlyMemmap({ machine, x86, moments }: EarlyBoot): ReturnType<typeof Memmap.create> {
  const { ctx, numa } = x86;
  const shape = memmapShape(ctx, numa.nodeData);
  refuseIfTooLarge(shape, machine);
  const create = Memmap.create(shape);
  initEarlyMemmap(create.memmap, ctx, numa.nodeData, sparseAllocations(moments.memblockEvents));
  return create;
}
