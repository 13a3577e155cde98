// What happens at each breakpoint of a trace, as lines of padata.txt (the format of the captures in test/fixtures/linux).
import type { Gdb, Registers } from './gdb.ts';
import type { StructLayout } from './layout.ts';

/** Functions with a breakpoint. */
export const TRACED = [
  'memblock_free_all',
  'page_alloc_init_late',
  'deferred_grow_zone',
  'deferred_init_memmap',
  'padata_do_multithreaded',
  'padata_mt_helper',
  'deferred_init_memmap_chunk',
] as const;
export type Traced = (typeof TRACED)[number];

const NAME_BYTES = 16;
/** Kernel addresses have their top byte set; a job of another user than deferred init has no zone behind its argument. */
const KERNEL_TOP_SHIFT = 56n;
const KERNEL_TOP = 0xffn;

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** The line for a stop of `cpu` at the entry of `name`; null where the stop is only a moment. */
export async function eventLine(
  gdb: Gdb,
  layout: StructLayout,
  name: Traced,
  cpu: number,
  registers: Registers,
): Promise<string | null> {
  const { rdi, rsi, rdx } = registers;
  switch (name) {
    case 'padata_do_multithreaded':
      return jobLine(gdb, layout, cpu, rdi);
    case 'padata_mt_helper':
      return helperLine(gdb, layout, cpu, rdi);
    case 'deferred_init_memmap_chunk':
      return `CHUNK ${cpu} ${hex(rdi)} ${hex(rsi)} node=${(await zoneOf(gdb, layout, rdx)).node}`;
    case 'deferred_init_memmap':
      return definitLine(gdb, layout, cpu, rdi);
    case 'deferred_grow_zone':
      return growLine(gdb, layout, cpu, rdi, rsi);
    case 'memblock_free_all':
      return `FREEALL ${cpu}`;
    case 'page_alloc_init_late':
      return `LATE ${cpu}`;
  }
}

async function zoneOf(gdb: Gdb, layout: StructLayout, zone: bigint) {
  if (zone >> KERNEL_TOP_SHIFT !== KERNEL_TOP) return { node: -1, name: '-', pgdat: 0n };
  const pgdat = await gdb.u64(zone + BigInt(layout.zone.zonePgdat));
  const node = await gdb.i32(pgdat + BigInt(layout.pglistData.nodeId));
  const text = await gdb.read(await gdb.u64(zone + BigInt(layout.zone.name)), NAME_BYTES);
  const name = new TextDecoder('latin1').decode(text).split('\0', 1)[0] ?? '';
  return { node, name, pgdat };
}

async function jobLine(gdb: Gdb, layout: StructLayout, cpu: number, job: bigint): Promise<string> {
  const { fnArg, start, size, align, minChunk, maxThreads } = layout.padataMtJob;
  const values: string[] = [];
  for (const field of [start, size, align, minChunk]) values.push(hex(await gdb.u64(job + BigInt(field))));
  const threads = await gdb.i32(job + BigInt(maxThreads));
  const zone = await zoneOf(gdb, layout, await gdb.u64(job + BigInt(fnArg)));
  return `JOB ${cpu} ${values.join(' ')} ${threads} node=${zone.node} zone=${zone.name}`;
}

async function helperLine(gdb: Gdb, layout: StructLayout, cpu: number, work: bigint): Promise<string> {
  const { pwWork, pwData } = layout.padataWork;
  const state = await gdb.u64(work - BigInt(pwWork) + BigInt(pwData));
  const { job, nworks, chunkSize } = layout.padataMtJobState;
  const arg = await gdb.u64((await gdb.u64(state + BigInt(job))) + BigInt(layout.padataMtJob.fnArg));
  const zone = await zoneOf(gdb, layout, arg);
  const chunk = await gdb.u64(state + BigInt(chunkSize));
  return `HELPER ${cpu} node=${zone.node} nworks=${await gdb.i32(state + BigInt(nworks))} chunk_size=${hex(chunk)}`;
}

async function definitLine(gdb: Gdb, layout: StructLayout, cpu: number, pgdat: bigint): Promise<string> {
  const { nodeId, firstDeferredPfn, nodeStartPfn, nodeSpannedPages } = layout.pglistData;
  const values: string[] = [];
  for (const field of [firstDeferredPfn, nodeStartPfn, nodeSpannedPages])
    values.push(hex(await gdb.u64(pgdat + BigInt(field))));
  return `DEFINIT ${cpu} ${await gdb.i32(pgdat + BigInt(nodeId))} ${hex(pgdat)} ${values.join(' ')}`;
}

async function growLine(
  gdb: Gdb,
  layout: StructLayout,
  cpu: number,
  at: bigint,
  order: bigint,
): Promise<string> {
  const zone = await zoneOf(gdb, layout, at);
  const first = await gdb.u64(zone.pgdat + BigInt(layout.pglistData.firstDeferredPfn));
  return (
    `GROW ${cpu} ${hex(at)} ${Number(order & 0xffffffffn)} node=${zone.node} zone=${zone.name} ` +
    `first_deferred_pfn=${hex(first)}`
  );
}
