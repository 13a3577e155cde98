// A machine in a link comes back as it was; a damaged link is told from none.
import test from 'ava';
import fc from 'fast-check';
import {
  decodeShared,
  encodeShared,
  LARGEST_SHARED,
  LONGEST_LINK,
  type Shared,
} from '../../src/web/share.ts';

const shared = fc.record<Shared>({
  builtin: fc.constant(null),
  text: fc.string({ unit: 'binary', maxLength: 400 }),
  append: fc.string({ maxLength: 40 }),
  kernel: fc.option(fc.string({ maxLength: 20 }), { nil: null }),
  cap: fc.option(fc.integer({ min: 1, max: 4096 }), { nil: null }),
});

test('whatever is shared comes back', async (t) => {
  await fc.assert(
    fc.asyncProperty(shared, async (value) => {
      const hash = await encodeShared(value);
      t.regex(hash, /^#m=[\w-]+$/);
      t.deepEqual(await decodeShared(hash), value);
    }),
    { numRuns: 50 },
  );
});

test('a kernel log of 20 KB makes a link that browsers keep', async (t) => {
  const line = (i: number) =>
    `BIOS-e820: [mem 0x${i.toString(16).padStart(16, '0')}-0x00000000ffffffff] usable`;
  const text = Array.from({ length: 250 }, (_, i) => line(i * 4096)).join('\n');
  const hash = await encodeShared({ builtin: null, text, append: '', kernel: null, cap: null });
  t.true(hash.length < 5000, `${hash.length}`);
});

for (const hash of ['', '#map', '#m=', '#m=%%%', '#m=AAAA']) {
  test(`no machine in "${hash}"`, async (t) => {
    t.is(await decodeShared(hash), null);
  });
}

test('a link that was cut carries nothing', async (t) => {
  const hash = await encodeShared({ builtin: 'laptop-16g', text: null, append: '', kernel: null, cap: 4 });
  t.is(await decodeShared(hash.slice(0, -6)), null);
});

/** A link whose text is `size` blanks: they deflate to a thousandth. */
async function blanks(size: number): Promise<string> {
  return encodeShared({ builtin: null, text: ' '.repeat(size), append: '', kernel: null, cap: null });
}

test('a link may hold 2 MiB, and not a byte more', async (t) => {
  const frame = JSON.stringify({ builtin: null, text: '', append: '', kernel: null, cap: null }).length;
  t.is((await decodeShared(await blanks(LARGEST_SHARED - frame)))?.text?.length, LARGEST_SHARED - frame);
  t.is(await decodeShared(await blanks(LARGEST_SHARED - frame + 1)), null);
});

test('a link that would burst is given up while it is inflated, one that is too long is not even read', async (t) => {
  const hash = await blanks(20 * 1024 * 1024);
  t.true(hash.length < LONGEST_LINK, `${hash.length}`);
  const inflated: number[] = [];
  const { DecompressionStream: Real } = globalThis;
  class Counting extends Real {
    override readonly readable = super.readable.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (chunk, controller) => {
          inflated.push(chunk.length);
          controller.enqueue(chunk);
        },
      }),
    );
  }
  globalThis.DecompressionStream = Counting;
  try {
    t.is(await decodeShared(hash), null);
  } finally {
    globalThis.DecompressionStream = Real;
  }
  const sum = inflated.reduce((a, b) => a + b, 0);
  t.true(sum > LARGEST_SHARED && sum < 4 * LARGEST_SHARED, `${sum}`);
  t.is(await decodeShared(`#m=${'A'.repeat(LONGEST_LINK)}`), null);
});
