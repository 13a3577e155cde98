// The memmap against those that real kernels wrote: every struct page of every capture that has memmap/runs.txt.
// Zones, memblock and first_deferred_pfn come from the capture, so that this tests the memmap and nothing else.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { PAGES_PER_SECTION } from '../../../src/lib/units.ts';
import { STRUCT_PAGE_6_1 } from '../../../src/mm/memmap.ts';
import { diffRuns, differingPages, parseRuns } from '../../../src/mm/memmap/compare_runs.ts';
import type { PageDifference } from '../../../src/mm/memmap/compare_runs.ts';
import { structPageBytes } from '../../../src/mm/memmap/dump.ts';
import { memmapRuns } from '../../../src/mm/memmap/runs.ts';
import { CAPTURES, predictMemmap, readCapture } from './helpers/capture.ts';
import { unpackRawPages } from './helpers/raw-pages.ts';

const names = readdirSync(CAPTURES).filter((name) => existsSync(`${CAPTURES}/${name}/memmap/runs.txt`));

/**
 * Most pages of deferred ranges that other threads had allocated before page_alloc_init_late returned: a few per-CPU
 * pages, but on a node whose early part is too small for what its CPUs asked for meanwhile.
 */
const TAKEN = 8;
const TAKEN_ON: Record<string, number> = { 'q35-tiny-node': 972 };

/** Whether the page went from a free list to a user after deferred init freed it: the model still has it free. */
function isAllocation(d: PageDifference): boolean {
  return d.model !== null && / refcount=0$|^head /.test(d.model);
}

test('there are captures to compare with', (t) => {
  t.true(names.length > 0);
});

for (const name of names) {
  test(`${name}: struct pages of deferred ranges are those that Linux wrote`, (t) => {
    const capture = readCapture(CAPTURES, name);
    const { memmap } = predictMemmap(capture);
    const real = parseRuns(readFileSync(`${CAPTURES}/${name}/memmap/runs.txt`, 'utf8'));
    const model = parseRuns(memmapRuns(memmap));
    const whole = diffRuns(real, model);
    t.is(whole.pages, capture.shape.sections.length * PAGES_PER_SECTION);
    let taken = 0;
    for (const node of capture.nodes) {
      if (node.firstDeferredLate === null) continue;
      const end = Math.ceil(node.endPfn / PAGES_PER_SECTION) * PAGES_PER_SECTION;
      const { differences } = diffRuns(real, model, node.firstDeferredLate, end);
      // What the model has free and Linux not was allocated; everything else is equal.
      t.deepEqual(differences.filter((d) => !isAllocation(d)).slice(0, 3), []);
      taken += differingPages(differences);
    }
    t.true(taken <= (TAKEN_ON[name] ?? TAKEN), `${taken} pages of deferred ranges were allocated meanwhile`);
    const share = 1 - differingPages(whole.differences) / whole.pages;
    t.log(`${(100 * share).toFixed(3)} % of ${whole.pages} struct pages equal, ${taken} deferred ones taken`);
    t.true(share > 0.93);
  });
}

const raw = unpackRawPages(readFileSync(new URL('../../fixtures/linux/memmap-raw.br', import.meta.url)));

for (const name of new Set(raw.map((dump) => dump.capture))) {
  test(`${name}: raw struct pages of deferred sections are equal byte for byte`, (t) => {
    const { memmap } = predictMemmap(readCapture(CAPTURES, name));
    const { size, refcount } = memmap.shape.layout;
    let [compared, taken] = [0, 0];
    for (const { capture, firstPfn, note, bytes } of raw) {
      if (capture !== name || note.includes('initialised early')) continue;
      const model = Buffer.from(structPageBytes(memmap, firstPfn, firstPfn + bytes.length / size));
      for (let at = 0; at < bytes.length; at += size) {
        const [x, y] = [bytes.subarray(at, at + size), model.subarray(at, at + size)];
        compared += 1;
        if (equalButHeads(x, y)) continue;
        t.is(y.readInt32LE(refcount), 0, `pfn 0x${(firstPfn + at / size).toString(16)}`);
        taken += 1;
      }
    }
    t.true(compared >= PAGES_PER_SECTION);
    t.true(taken <= TAKEN, `${taken} pages were allocated meanwhile`);
    t.log(`${compared} struct pages compared, ${taken} taken`);
  });
}

/** Equal bytes, `lru` of free blocks' heads left out: it depends on the order in which blocks were freed. */
function equalButHeads(real: Buffer, model: Buffer): boolean {
  const layout = STRUCT_PAGE_6_1;
  const isHead = (page: Buffer): boolean => page.readInt32LE(layout.mapcount) === layout.mapcountBuddy;
  if (!isHead(real) || !isHead(model)) return real.equals(model);
  const rest = layout.lru + 16;
  return (
    real.subarray(0, layout.lru).equals(model.subarray(0, layout.lru)) &&
    real.subarray(rest).equals(model.subarray(rest))
  );
}
