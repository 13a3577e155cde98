// A machine in a link comes back as it was; a damaged link is told from none.
import test from 'ava';
import fc from 'fast-check';
import { decodeShared, encodeShared, type Shared } from '../../src/web/share.ts';

const shared = fc.record<Shared>({
  builtin: fc.constant(null),
  text: fc.string({ unit: 'binary', maxLength: 400 }),
  append: fc.string({ maxLength: 40 }),
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
  const hash = await encodeShared({ builtin: null, text, append: '', cap: null });
  t.true(hash.length < 5000, `${hash.length}`);
});

for (const hash of ['', '#map', '#m=', '#m=%%%', '#m=AAAA']) {
  test(`no machine in "${hash}"`, async (t) => {
    t.is(await decodeShared(hash), null);
  });
}

test('a link that was cut carries nothing', async (t) => {
  const hash = await encodeShared({ builtin: 'laptop-16g', text: null, append: '', cap: 4 });
  t.is(await decodeShared(hash.slice(0, -6)), null);
});
