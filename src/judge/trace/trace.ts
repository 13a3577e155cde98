// A second boot of the same guest under the gdb stub: padata's jobs and chunks, and memblock at two moments.
import { Failure } from '../../lib/failure.ts';
import { eventLine, TRACED, type Traced } from './events.ts';
import { cpuOfThread, Gdb } from './gdb.ts';
import type { StructLayout } from './layout.ts';
import { memblockSnapshot } from './memblock.ts';

/** Names that init must have found in the first boot. */
export const TRACE_SYMBOLS: readonly string[] = [...TRACED, 'memblock'];

/** padata.txt and memblock.txt. */
export interface Trace {
  readonly padata: string;
  readonly memblock: string;
}

export interface TraceOptions {
  readonly release: string;
  readonly layout: StructLayout;
  readonly symbols: ReadonlyMap<string, bigint>;
  /** The stub's socket. */
  readonly socket: string;
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Traces a guest that stands at its first instruction until page_alloc_init_late has returned, then ends it.
 * @throws Failure where the guest ends before
 */
export async function traceGuest(options: TraceOptions): Promise<Trace> {
  const address = (name: string): bigint => {
    const found = options.symbols.get(name);
    if (found === undefined) throw new Failure(`--trace: ${options.release} has no symbol ${name}`);
    return found;
  };
  const names = new Map<bigint, Traced>(TRACED.map((name) => [address(name), name]));
  const gdb = await Gdb.connect(options.socket, options.signal);
  try {
    for (const at of names.keys()) await gdb.setBreakpoint(at);
    return await follow(gdb, options.layout, names, address('memblock'), options.onProgress);
  } finally {
    gdb.kill();
  }
}

async function follow(
  gdb: Gdb,
  layout: StructLayout,
  names: ReadonlyMap<bigint, Traced>,
  memblockAt: bigint,
  onProgress: ((text: string) => void) | undefined,
): Promise<Trace> {
  const padata: string[] = [];
  const memblock: string[] = [];
  let returnsTo: bigint | null = null;
  for (;;) {
    const thread = await gdb.continue();
    const registers = await gdb.registers();
    if (registers.rip === returnsTo) break;
    const name = names.get(registers.rip);
    if (name === undefined) continue;
    const line = await eventLine(gdb, layout, name, cpuOfThread(thread), registers);
    if (line !== null) {
      padata.push(line);
      onProgress?.(line);
    }
    if (name === 'memblock_free_all' || name === 'page_alloc_init_late')
      memblock.push(...(await memblockSnapshot(gdb, layout, memblockAt, `entry of ${name}`)));
    if (name === 'page_alloc_init_late') {
      returnsTo = await gdb.u64(registers.rsp);
      await gdb.setBreakpoint(returnsTo);
    }
    await gdb.stepOver(thread, registers.rip);
  }
  return { padata: text(padata), memblock: text(memblock) };
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
