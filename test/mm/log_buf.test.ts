import test from 'ava';
import { MiB } from '../../src/lib/units.ts';
import { setupLogBuf } from '../../src/mm/log_buf.ts';
import { drawBoot, reservedBy, type DrawnBoot } from './helpers/boot-context.ts';

const draw = (cmdline: string, cpus = 1): DrawnBoot =>
  drawBoot({ nodes: [{ memory: [[16, 512]], cpus }], cmdline });

test('log_buf_len=: text, 24 bytes and 88 bytes for each 32 of it, once', (t) => {
  const { ctx } = draw('log_buf_len=1M');
  const [region] = reservedBy(ctx, () => setupLogBuf(ctx, true));
  t.is(region?.[1], MiB + (MiB / 32) * (24 + 88));
  t.is(ctx.logBufLen, MiB);
  t.deepEqual(
    reservedBy(ctx, () => setupLogBuf(ctx, false)),
    [],
  );
});

test('no more than there is changes nothing; other sizes go up to a power of two', (t) => {
  const { ctx } = draw('log_buf_len=128K');
  setupLogBuf(ctx, true);
  t.is(ctx.logBufLen, 128 * 1024);
  const more = draw('log_buf_len=129K');
  setupLogBuf(more.ctx, true);
  t.is(more.ctx.logBufLen, 256 * 1024);
});

test('CPUs: 17 ask for half of the buffer, which is not enough; 18 for more; only in the second call', (t) => {
  const few = draw('', 17);
  setupLogBuf(few.ctx, false);
  t.deepEqual(few.lines(), []);
  const many = draw('', 18);
  setupLogBuf(many.ctx, true);
  t.deepEqual(many.lines(), []);
  setupLogBuf(many.ctx, false);
  t.deepEqual(many.lines(), [
    'printk: log_buf_len individual max cpu contribution: 4096 bytes',
    'printk: log_buf_len total cpu_extra contributions: 69632 bytes',
    'printk: log_buf_len min size: 131072 bytes',
    'printk: log_buf_len: 262144 bytes',
  ]);
});

test('no room for all three: what was had is given back, and the second call tries again', (t) => {
  const { ctx, lines } = draw('log_buf_len=256M');
  t.deepEqual(
    reservedBy(ctx, () => setupLogBuf(ctx, true)),
    [],
  );
  t.deepEqual(lines(), ['printk: log_buf_len: 738197504 info bytes not available']);
  setupLogBuf(ctx, false);
  t.is(lines().length, 2);
});
