// Whether the host can hold the struct pages that are asked for: refused before anything is allocated.
import { freemem } from 'node:os';
import { InputError } from '../../lib/input-error.ts';
import { GiB, MiB, SECTION_SIZE } from '../../lib/units.ts';
import { memmapBytes } from '../../mm/memmap.ts';
import type { MemmapShape } from '../../mm/memmap.ts';

/** Left for the rest of the process and the host. */
const MARGIN_BYTES = 512 * MiB;

/** Bytes that this process may still use: what the host has available, or less where a limit is set (cgroups). */
export function availableBytes(): number {
  // Node 20 has no process.availableMemory(); there os.freemem() is MemAvailable without the limit.
  const limited = 'availableMemory' in process ? process.availableMemory() : Infinity;
  return Math.min(limited, freemem());
}

/**
 * Refuses a memmap that does not fit, with the figure and what to do.
 * @throws InputError 'memory'
 */
export function refuseIfTooLarge(
  shape: Pick<MemmapShape, 'layout' | 'sections'>,
  name: string,
  available = availableBytes(),
): void {
  const needed = memmapBytes(shape.layout, shape.sections.length) + MARGIN_BYTES;
  if (needed <= available) return;
  const modelled = shape.sections.length * SECTION_SIZE;
  throw new InputError(
    'memory',
    `${name}: real struct pages for ${gib(modelled)} of modelled memory need ${gib(needed)}, and this host has ` +
      `${gib(available)} available: give the machine fewer GiB, or use --cpus simulated`,
  );
}

function gib(bytes: number): string {
  return `${(bytes / GiB).toFixed(1)} GiB`;
}
