// What the MTRRs have as write-back memory, as far as a log tells: their own lines, or what the kernel trimmed by them.
import type { PhysRange } from '../../arch/x86/boot/params.ts';
import { merged, without, type Bounds } from '../../lib/spans.ts';
import { cachedOf } from '../spec/mtrr-cached.ts';
import type { LogText } from './lines.ts';

const DEFAULT_TYPE = /^MTRR default type: (\S{1,20})/;
const VARIABLE = /^ {0,4}\d{1,3} base ([0-9A-F]{6,13}) mask ([0-9A-F]{6,13}) (\S{1,20})/i;
const TOM2 = /^TOM2: ([0-9a-f]{8,16}) aka/;
const MAX_PHYS_ADDR = 2 ** 52;
const FOUR_GIB = 2 ** 32;
const PAGE_SIZE = 4096;

/**
 * By the registers, where memory is uncached unless they say otherwise; none where they are no measure to the kernel, and null where
 * the log does not print them. The first MiB has registers of its own.
 */
export function cachedByMtrrs(lines: readonly LogText[]): PhysRange[] | null {
  let type: string | null = null;
  const cached: Bounds[] = [];
  const uncached: Bounds[] = [];
  let others = false;
  for (const { text } of lines) {
    type ??= DEFAULT_TYPE.exec(text)?.[1] ?? null;
    if (type === null) continue;
    const tom2 = TOM2.exec(text);
    if (tom2) cached.push({ start: FOUR_GIB, end: Number.parseInt(tom2[1] ?? '', 16) });
    const variable = VARIABLE.exec(text);
    if (!variable) continue;
    const span = spanOf(variable[1] ?? '', variable[2] ?? '');
    if (span === null) continue;
    if (variable[3] === 'write-back') cached.push(span);
    else if (variable[3] === 'uncachable') uncached.push(span);
    else others = true;
  }
  if (type === null) return null;
  // the kernel trims nothing where the default is another, or there are other types
  if (type !== 'uncachable' || cached.length === 0 || others) return [];
  return cachedOf(cached, uncached);
}

/** All memory but what the kernel took out of the map; none where it took nothing. */
export function cachedByTrims(trims: readonly PhysRange[]): PhysRange[] {
  if (trims.length === 0) return [];
  const holes = trims.map(({ start, size }) => ({ start, end: start + size }));
  return without(0, MAX_PHYS_ADDR, merged(holes)).map(({ start, end }) => ({
    start,
    size: end - start,
  }));
}

/** Base and the lowest bit of the mask; bits above it that a CPU does not have are not in it. */
function spanOf(base: string, mask: string): Bounds | null {
  const bits = BigInt(`0x${mask}`);
  const size = Number(bits & -bits);
  const start = Number(BigInt(`0x${base}`));
  if (size < PAGE_SIZE || start + size > MAX_PHYS_ADDR) return null;
  return { start, end: start + size };
}
