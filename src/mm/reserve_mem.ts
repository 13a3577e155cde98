// Mirrors reserve_mem of mm/memblock.c (v6.12): reserve_mem=SIZE:ALIGN:NAME takes memory that keeps its name over a reboot.
import { memparse } from '../kernel/params.ts';
import type { BootContext } from './context.ts';

/** RESERVE_MEM_MAX_ENTRIES, RESERVE_MEM_NAME_SIZE with the final zero, and the least alignment. */
const MOST_ENTRIES = 8;
const NAME_SIZE = 16;
const SMP_CACHE_BYTES = 64;

/** What the parameter asks for; null where the kernel would not take it. */
export function parseReserveMem(text: string): { size: number; align: number; name: string } | null {
  const size = memparse(text);
  if (size.value === 0 || size.rest === text || !size.rest.startsWith(':')) return null;
  const align = memparse(size.rest.slice(1));
  if (!align.rest.startsWith(':')) return null;
  const name = align.rest.slice(1);
  if (name.trim() === '' || name.length >= NAME_SIZE) return null;
  return { size: size.value, align: Math.max(align.value, SMP_CACHE_BYTES), name };
}

/** The parameter in command-line order: eight at most, each name once. */
export class ReserveMem {
  readonly #names = new Set<string>();
  readonly #ctx: BootContext;

  constructor(ctx: BootContext) {
    this.#ctx = ctx;
  }

  parse(value: string | null): void {
    const request = value === null ? null : parseReserveMem(value);
    if (request === null || this.#names.size >= MOST_ENTRIES || this.#names.has(request.name)) return;
    if (this.#ctx.memblock.physAlloc(request.size, request.align, 'reserve_mem') !== 0)
      this.#names.add(request.name);
  }
}
