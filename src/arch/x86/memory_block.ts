// Mirrors probe_memory_block_size of arch/x86/mm/init_64.c (v6.1): the unit in which memory comes and goes in sysfs.
import { GiB, MiB, PAGE_SIZE } from '../../lib/units.ts';
import type { BootContext } from '../../mm/context.ts';

const MIN_MEMORY_BLOCK_SIZE = 128 * MiB;
const MAX_BLOCK_SIZE = 2 * GiB;
const MEM_SIZE_FOR_LARGE_BLOCK = 64 * GiB;

/** Bytes of a memory block: a section on small machines, else as much as the end of memory allows. */
export function memoryBlockSize(ctx: BootContext): number {
  const end = ctx.maxPfn * PAGE_SIZE;
  if (end < MEM_SIZE_FOR_LARGE_BLOCK) return MIN_MEMORY_BLOCK_SIZE;
  if (!ctx.features.hypervisor) return MAX_BLOCK_SIZE;
  let size = MAX_BLOCK_SIZE;
  while (size > MIN_MEMORY_BLOCK_SIZE && end % size !== 0) size /= 2;
  return size;
}

/** Prints it, as memory_dev_init does. */
export function probeMemoryBlockSize(ctx: BootContext): void {
  const { config, rules } = ctx.profile;
  if (!rules.memoryBlockLine || config.memoryHotplug === false) return;
  ctx.printk.info(`x86/mm: Memory block size: ${memoryBlockSize(ctx) / MiB}MB`);
}
