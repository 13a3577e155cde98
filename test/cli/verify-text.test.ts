import test from 'ava';
import { verdictToned } from '../../src/cli/verify-text.ts';
import { plainText } from '../../src/text/toned.ts';
import type { Fidelity } from '../../src/ask/verify/fidelity.ts';

const counts = { matched: 222, real: 223, predicted: 223, fidelity: 1, beyond: 0, differing: [] };
const verdict = (difference: number): string => {
  const fidelity: Fidelity = {
    ...counts,
    estimated: [{ real: 'Memory: 100K/900K available', predicted: 'Memory: …', difference, within: 624 }],
  };
  return plainText(verdictToned({ name: 'm', fidelity, comparisons: [] }, false));
};

test('an estimate that holds is counted apart, with how far it is off and how far it may be', (t) => {
  t.is(
    verdict(348),
    'm: 100.00 % of memory lines exact (222 of 223 real, 223 predicted, 1 more within its estimate)\n' +
      '  Memory: 348 KiB more free than real, an estimate within 624 KiB\n',
  );
  t.regex(verdict(-4), /Memory: 4 KiB less free than real/);
});

test('without one the line is as it was', (t) => {
  const text = plainText(
    verdictToned({ name: 'm', fidelity: { ...counts, matched: 223, estimated: [] }, comparisons: [] }, false),
  );
  t.is(text, 'm: 100.00 % of memory lines exact (223 of 223 real, 223 predicted)\n');
});
