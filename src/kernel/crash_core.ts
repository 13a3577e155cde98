// Mirrors the command-line half of kernel/crash_core.c (v6.1): crashkernel= in its three forms.
import { alignUp } from '../lib/align.ts';
import { MiB, type PhysAddr } from '../lib/units.ts';
import { memparse, type Params } from './params.ts';

/** What crashkernel= asks for; `base` 0 lets the kernel choose. Sizes in bytes. */
export interface CrashkernelRequest {
  readonly size: number;
  readonly base: PhysAddr;
}

type Warn = (text: string) => void;

/** The last crashkernel= with this suffix, or for null the last without a known one (get_last_crashkernel). */
function lastCrashkernel(params: Params, suffix: string | null, knowsCma = false): string | null {
  const matches = params.all('crashkernel').filter((value): value is string => {
    if (value === null) return false;
    const known = knowsCma ? /,(high|low|cma)$/ : /,(high|low)$/;
    return suffix === null ? !known.test(value) : value.endsWith(suffix);
  });
  return matches.at(-1) ?? null;
}

/** crashkernel=SIZE[@BASE] or crashkernel=RANGE:SIZE[,…][@BASE]; null where there is none or it is malformed. */
export function parseCrashkernel(
  params: Params,
  systemRam: number,
  warn: Warn,
  knowsCma = false,
): CrashkernelRequest | null {
  const text = lastCrashkernel(params, null, knowsCma);
  if (text === null) return null;
  return text.includes(':') ? parseRanges(text, systemRam, warn) : parseSimple(text, warn);
}

/** crashkernel=SIZE,high or SIZE,low or SIZE,cma; null where there is none or it is malformed. */
export function parseCrashkernelSuffix(
  params: Params,
  suffix: ',high' | ',low' | ',cma',
  warn: Warn,
): number | null {
  const text = lastCrashkernel(params, suffix);
  if (text === null) return null;
  const { value, rest } = memparse(text);
  if (rest === text) warn('crashkernel: memory value expected');
  else if (rest !== suffix) warn(`crashkernel: unrecognized char: ${rest.charAt(0)}`);
  else return value;
  return null;
}

function parseSimple(text: string, warn: Warn): CrashkernelRequest | null {
  const { value: size, rest } = memparse(text);
  if (rest === text) {
    warn('crashkernel: memory value expected');
    return null;
  }
  if (rest.startsWith('@')) return { size, base: memparse(rest.slice(1)).value };
  if (rest === '') return { size, base: 0 };
  warn(`crashkernel: unrecognized char: ${rest.charAt(0)}`);
  return null;
}

/** The size of the first range that holds the machine's RAM, which is rounded up to 128 MiB first. */
function parseRanges(text: string, systemRam: number, warn: Warn): CrashkernelRequest | null {
  const total = alignUp(systemRam, 128 * MiB);
  const [list = '', base] = text.split('@');
  let size = 0;
  for (const entry of list.split(',')) {
    const match = /^([^-:]+)(-?)([^:]*)(:?)(.*)$/s.exec(entry);
    const start = memparse(match?.[1] ?? '');
    if (!match || start.rest === match[1]) return malformed(warn, 'crashkernel: Memory value expected');
    if (match[2] !== '-') return malformed(warn, "crashkernel: '-' expected");
    const end = match[3] === '' ? Number.POSITIVE_INFINITY : memparse(match[3] ?? '').value;
    if (end <= start.value) return malformed(warn, 'crashkernel: end <= start');
    if (match[4] !== ':') return malformed(warn, "crashkernel: ':' expected");
    const wanted = memparse(match[5] ?? '');
    if (wanted.rest === match[5]) return malformed(warn, 'Memory value expected');
    if (wanted.value >= total) return malformed(warn, 'crashkernel: invalid size');
    if (total >= start.value && total < end) {
      size = wanted.value;
      break;
    }
  }
  if (size === 0) {
    warn('crashkernel size resulted in zero bytes');
    return null;
  }
  return { size, base: base === undefined ? 0 : memparse(base).value };
}

function malformed(warn: Warn, text: string): null {
  warn(text);
  return null;
}
