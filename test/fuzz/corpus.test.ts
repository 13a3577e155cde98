// Inputs that were once too much: each ends as its file's extension says. `good` is any end that is no fault.
import test from 'ava';
import { corpusFiles } from '../../fuzz/cases.ts';
import { Child, DEFAULT_LIMITS } from '../../fuzz/runner/child.ts';
import { visible } from '../../fuzz/runner/text.ts';
import type { TargetEntry, Verdict } from '../../src/fuzz/target.ts';
import { TARGETS } from '../../fuzz/targets.ts';
import { OPEN } from './helpers/open.ts';

const EXTENSIONS = ['fine', 'refused', 'panic', 'good'];

/** Ends of a target's corpus by `TARGET/NAME`; a case that ends its child costs the others nothing. */
async function endsOf(entry: TargetEntry): Promise<Map<string, Verdict>> {
  const ends = new Map<string, Verdict>();
  let child: Child | null = null;
  for (const { name, bytes } of corpusFiles(entry.corpus)) {
    child ??= await Child.start(entry, DEFAULT_LIMITS);
    const { verdicts, died } = await child.run({ base64: Buffer.from(bytes).toString('base64'), deep: true });
    if (died) child = null;
    const [verdict] = verdicts;
    if (verdict) ends.set(`${entry.name}/${name}`, verdict);
  }
  child?.close();
  return ends;
}

for (const entry of TARGETS) {
  test(`${entry.name}: each kept case ends as it should`, async (t) => {
    const ends = await endsOf(entry);
    t.is(ends.size, corpusFiles(entry.corpus).length);
    const wrong: string[] = [];
    for (const [name, verdict] of ends) {
      const wanted = /\.(\w+)$/.exec(name)?.[1] ?? '';
      t.true(EXTENSIONS.includes(wanted), `${name}: expected an extension of ${EXTENSIONS.join(', ')}`);
      if (wanted === 'good' ? verdict.end !== 'failed' : verdict.end === wanted) continue;
      wrong.push(name);
      const { kind, message } =
        verdict.end === 'failed' ? verdict.fault : { kind: verdict.end, message: verdict.message };
      t.log(`${name}: ${kind}: ${visible(message)}`);
    }
    // what is mended leaves the list
    t.deepEqual(
      wrong,
      OPEN.cases.filter((name) => name.startsWith(`${entry.name}/`)),
    );
  });
}

test('the list of open cases names files that are there', (t) => {
  const names = TARGETS.flatMap((entry) =>
    corpusFiles(entry.corpus).map((file) => `${entry.name}/${file.name}`),
  );
  t.deepEqual(
    OPEN.cases.filter((name) => !names.includes(name)),
    [],
  );
});
