// Run records: read as report, explain and diff read them, and given to everything that draws or writes one.
import { diffBoots, diffText } from '../../ask/diff.ts';
import { explainAddress } from '../../ask/explain/explain.ts';
import { explanationText } from '../../ask/explain/text.ts';
import { chromeTrace } from '../../report/chrome-trace.ts';
import { ftraceText } from '../../report/ftrace.ts';
import { reportHtml } from '../../report/html.ts';
import { parseRecord } from '../../report/read-record.ts';
import { summaryText } from '../../report/summary.ts';
import { boot, smallMachines } from '../boot.ts';
import { mutateBytes } from '../make/bytes.ts';
import type { Tree } from '../../lib/tree.ts';
import { mutateTree, treeText } from '../make/tree.ts';
import type { CreateTarget } from '../target.ts';

const DEEP_EVERY = 8;
const KEPT_EVENTS = 12;
const TERMINAL = { columns: 80, color: false, ascii: true };
const ADDRESSES = [0, 0x1000000, 0x100000000, 2 ** 52 - 1];

export const create: CreateTarget = async (corpus) => {
  const machines = await smallMachines();
  const records = [];
  for (const spec of machines.values()) records.push(await boot(spec));
  const [base] = records;
  if (!base) throw new Error('no machine to boot');
  // long lists would take all mutations: a few of each kind are enough
  const trees = records.map(
    ({ logLines, log, memblockEvents, ...record }): Tree =>
      JSON.parse(
        JSON.stringify({
          ...record,
          logLines: logLines.slice(0, KEPT_EVENTS),
          log: log.slice(0, KEPT_EVENTS),
          memblockEvents: memblockEvents.slice(0, KEPT_EVENTS),
        }),
      ) as Tree,
  );
  return {
    deepEvery: DEEP_EVERY,
    generate: (dice) => {
      if (corpus.length > 0 && dice.oneIn(12)) return mutateBytes(dice.pick(corpus), dice);
      const bytes = new TextEncoder().encode(treeText(mutateTree(dice.pick(trees), dice)));
      return dice.oneIn(20) ? mutateBytes(bytes, dice) : bytes;
    },
    run: async (bytes, deep) => {
      const record = parseRecord(new TextDecoder().decode(bytes), 'case.json');
      for (const address of ADDRESSES) explanationText(record, explainAddress(record, address));
      diffText(diffBoots(record, base));
      diffText(diffBoots(base, record));
      chromeTrace(record);
      ftraceText(record);
      if (!deep) return;
      summaryText(record, TERMINAL);
      reportHtml([record, base], { curves: [[], []] });
    },
  };
};
