// Mirrors setup_log_buf of kernel/printk/printk.c (v6.1): the kernel log's buffer grown out of memblock. It lies in mm
// because it is memblock's customer; src/kernel knows nothing of memory.
import { ilog2, roundupPowOfTwo } from '../lib/align.ts';
import { GiB } from '../lib/units.ts';
import { memparse } from '../kernel/params.ts';
import { longBytes } from '../kernel/word.ts';
import type { BootContext } from './context.ts';

const LOG_BUF_LEN_MAX = 2 * GiB;
/** PRB_AVGBITS: one descriptor for each 32 bytes of text. */
const TEXT_BYTES_PER_RECORD = 32;

/**
 * Grows the log's buffer where log_buf_len= or the number of CPUs asks for it. Called twice: `early` from setup_arch,
 * where only the parameter counts, and again once the CPUs are known; the second call does nothing after a first that
 * grew it.
 */
export function setupLogBuf(ctx: BootContext, early: boolean): void {
  if (ctx.logBufLen !== builtinLength(ctx)) return;
  let wanted = requestedLength(ctx);
  if (!early && wanted === 0) wanted = lengthForCpus(ctx);
  const tellsSizes = ctx.profile.rules.logBufferLine === 'data-and-meta';
  if (wanted === 0) {
    if (tellsSizes && !early) printSizes(ctx);
    return;
  }
  const records = Math.floor(wanted / TEXT_BYTES_PER_RECORD);
  const { image } = ctx.profile;
  if (allocBuffers(ctx, wanted, records * image.sizeofPrbDesc, records * image.sizeofPrintkInfo)) {
    ctx.logBufLen = wanted;
    if (!tellsSizes) ctx.printk.info(`${ctx.profile.rules.printkPrefix}log_buf_len: ${wanted} bytes`);
  }
  if (tellsSizes) printSizes(ctx);
}

/** What the buffer takes, its descriptors and infos included (print_log_buf_usage_stats). */
function printSizes({ logBufLen, printk, profile: { image } }: BootContext): void {
  const records = Math.floor(logBufLen / TEXT_BYTES_PER_RECORD);
  const meta = records * (image.sizeofPrbDesc + image.sizeofPrintkInfo);
  printk.info(`printk: log buffer data + meta data: ${logBufLen} + ${meta} = ${logBufLen + meta} bytes`);
}

function builtinLength(ctx: BootContext): number {
  return 2 ** ctx.profile.config.logBufShift;
}

/** What log_buf_len= asks for in bytes, a power of two; 0 where it asks for no more than there is. */
function requestedLength(ctx: BootContext): number {
  let wanted = 0;
  for (const value of ctx.params.all('log_buf_len')) {
    if (value !== null) wanted = largerLength(ctx, memparse(value).value) ?? wanted;
  }
  return wanted;
}

/** `size` as a buffer length if it is more than the built-in one (log_buf_len_update). */
function largerLength(ctx: BootContext, size: number): number | null {
  const length = size === 0 ? 0 : 2 ** ilog2(roundupPowOfTwo(Math.min(size, LOG_BUF_LEN_MAX)));
  return length > builtinLength(ctx) ? length : null;
}

/** What many CPUs ask for: a page each beyond the first, once that is more than half of the built-in buffer. */
function lengthForCpus(ctx: BootContext): number {
  const perCpu = 2 ** ctx.profile.config.logCpuMaxBufShift;
  const extra = (ctx.nrCpuIds - 1) * perCpu;
  if (extra <= builtinLength(ctx) / 2) return 0;
  ctx.printk.info(
    `${ctx.profile.rules.printkPrefix}log_buf_len individual max cpu contribution: ${perCpu} bytes`,
  );
  ctx.printk.info(
    `${ctx.profile.rules.printkPrefix}log_buf_len total cpu_extra contributions: ${extra} bytes`,
  );
  ctx.printk.info(`${ctx.profile.rules.printkPrefix}log_buf_len min size: ${builtinLength(ctx)} bytes`);
  return largerLength(ctx, extra + builtinLength(ctx)) ?? 0;
}

/** Text, descriptors and infos; what was had is given back where one of them fails. */
function allocBuffers(ctx: BootContext, text: number, descs: number, infos: number): boolean {
  const { memblock, printk, profile } = ctx;
  const align = longBytes(profile); // LOG_ALIGN
  const textAt = memblock.alloc(text, align, 'setup_log_buf#text');
  if (!textAt) {
    printk.print(`${ctx.profile.rules.printkPrefix}log_buf_len: ${text} text bytes not available`, 3);
    return false;
  }
  if (profile.rules.logRecords === 'text-only') return true;
  const descsAt = memblock.alloc(descs, align, 'setup_log_buf#descs');
  if (!descsAt)
    printk.print(`${ctx.profile.rules.printkPrefix}log_buf_len: ${descs} desc bytes not available`, 3);
  else if (memblock.alloc(infos, align, 'setup_log_buf#infos')) return true;
  else {
    printk.print(`${ctx.profile.rules.printkPrefix}log_buf_len: ${infos} info bytes not available`, 3);
    memblock.free(descsAt, descs, 'setup_log_buf#free-descs');
  }
  memblock.free(textAt, text, 'setup_log_buf#free-text');
  return false;
}
