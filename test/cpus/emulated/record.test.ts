// Records of emulated runs are compared down to the first difference.
import test from 'ava';
import { EVENT_KINDS } from '../../../src/cpus/emulated/events.ts';
import { compareRecords } from '../../../src/cpus/emulated/record.ts';
import type { EmulatedRecord } from '../../../src/cpus/emulated/record.ts';

const kind = (name: (typeof EVENT_KINDS)[number]) => EVENT_KINDS.indexOf(name);

const RECORD: EmulatedRecord = {
  ...{ version: 1, seed: 1, kinds: EVENT_KINDS },
  handOuts: [{ cpu: 1, start: 0, end: 512, pages: 512, startNs: 0, endNs: 5120, instructions: 6000 }],
  cpus: [
    {
      ...{ cpu: 0, apicId: 0, instructions: 900 },
      events: [
        [0, kind('reset'), -1, 0],
        [70, kind('out'), 0x80, 1],
      ],
    },
    { cpu: 1, apicId: 2, instructions: 6100, events: [[0, kind('reset'), 7, 0]] },
  ],
};

/** The record with one part replaced. */
function changed(
  change: (copy: { -readonly [K in keyof EmulatedRecord]: EmulatedRecord[K] }) => void,
): EmulatedRecord {
  const copy = structuredClone(RECORD);
  change(copy);
  return copy;
}

const [first, second] = RECORD.cpus;

for (const [what, other, expected] of [
  ['nothing', RECORD, null],
  [
    'a value',
    changed(
      (r) =>
        (r.cpus = [
          {
            ...first,
            events: [
              [0, 0, -1, 0],
              [70, kind('out'), 0x80, 2],
            ],
          },
          second,
        ] as never),
    ),
    'event 1 of CPU 0: OUT port 0x80 of 0x1 at instruction 70 in one run, OUT port 0x80 of 0x2 at instruction 70 in the other',
  ],
  [
    'an event more',
    changed(
      (r) =>
        (r.cpus = [
          first,
          {
            ...second,
            events: [
              [0, 0, 7, 0],
              [9, 0, 7, 0],
            ],
          },
        ] as never),
    ),
    '1 events of CPU 1 in one run, 2 in the other',
  ],
  [
    'instructions',
    changed((r) => (r.cpus = [{ ...first, instructions: 901 }, second] as never)),
    'CPU 0 executed 900 instructions in one run, 901 in the other',
  ],
  ['a CPU', changed((r) => (r.cpus = r.cpus.slice(0, 1))), '2 CPUs in one run, 1 in the other'],
  ['a hand-out', changed((r) => (r.handOuts = [])), '1 chunks handed out in one run, 0 in the other'],
  [
    'who had it',
    changed((r) => (r.handOuts = r.handOuts.map((h) => ({ ...h, cpu: 0 })))),
    /^hand-out 0: \{"cpu":1,.* in one run, \{"cpu":0,.* in the other$/,
  ],
] as const) {
  test(`two records that differ in ${what}`, (t) => {
    const difference = compareRecords(RECORD, other);
    if (expected instanceof RegExp) t.regex(difference ?? '', expected);
    else t.is(difference, expected);
  });
}
