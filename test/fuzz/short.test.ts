// A short run of every target: nothing that is made up may get more than a clear refusal out of the code that reads it.
import test from 'ava';
import { corpusFiles } from '../../fuzz/cases.ts';
import { runCampaign } from '../../fuzz/runner/campaign.ts';
import { TARGETS } from '../../fuzz/targets.ts';
import { OPEN } from './helpers/open.ts';

/** Beside the corpus, which is run first. */
const CASES = 60;
const SEED = 1;

for (const entry of TARGETS) {
  test.serial(`${entry.name}: ${CASES} cases without a fault`, async (t) => {
    const result = await runCampaign({ entry, cases: CASES, seed: SEED, jobs: 1 });
    const known = OPEN.faults[entry.name] ?? [];
    // those that the corpus meets are the corpus test's
    const kept = corpusFiles(entry.corpus).length;
    const faults = result.groups.filter(({ key, first }) => first >= kept && !known.includes(key));
    t.deepEqual(
      faults.map(({ key, first }) => `case ${first} of seed ${SEED}: ${key}`),
      [],
    );
    t.is(result.cases, CASES);
    // a target that refuses everything tests nothing
    t.true(result.ends.fine > CASES / 20, JSON.stringify(result.ends));
    if (result.failed > 0) t.log(`${result.failed} cases meet faults that are known to be open`);
  });
}
