// Every fact of a kernel beside where it is known from: what `earlyboot kernels NAME --facts` shows.
import type { KernelProfile } from '../kernel/profile.ts';

/** One fact: its path in the profile, its value as text, and its source. */
export interface Fact {
  readonly fact: string;
  readonly value: string;
  readonly from: string;
}

/** Addresses print in hexadecimal. */
const ADDRESSES = /(Start|End|Reserve|initSize|kernelAlignment)$/;
/** Too long for a line: how many there are. */
const COUNTED = new Set(['callSites', 'callers', 'pageFlags']);

function text(name: string, value: unknown): string {
  if (typeof value === 'number') return ADDRESSES.test(name) ? `0x${value.toString(16)}` : String(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return `${value.length} names`;
  if (COUNTED.has(name)) return `${Object.keys(value).length} entries`;
  return JSON.stringify(value, (_, item) => item).replaceAll('"', '');
}

/** The facts in the order of the profile; those of an image read by itself are from `image` where nothing else is said. */
export function factsOf(kernel: KernelProfile): Fact[] {
  const facts: Fact[] = [];
  const add = (path: string, name: string, value: unknown): void => {
    const from = kernel.sources?.[path] ?? 'image';
    facts.push({ fact: path, value: text(name, value), from });
  };
  for (const [name, value] of Object.entries(kernel.image)) {
    if (value === undefined) continue;
    if (name !== 'params') add(`image.${name}`, name, value);
    else for (const [table, names] of Object.entries(value)) add(`image.params.${table}`, table, names);
  }
  for (const [name, value] of Object.entries(kernel.config))
    if (value !== undefined) add(`config.${name}`, name, value);
  return facts;
}
