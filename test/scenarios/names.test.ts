// Drawings name words as the C does: job.lock, not the third word of something.
import test from 'ava';
import { replay } from '../../src/cpus/simulated/explore/explore.ts';
import { drawSchedule } from '../../src/cpus/simulated/explore/trace.ts';
import { WordNames } from '../../src/cpus/simulated/explore/word-names.ts';
import { allScenarios, findScenario } from '../../src/scenarios/catalogue.ts';

test('no drawing of a scenario has a word without a name', (t) => {
  for (const scenario of allScenarios()) {
    const { trace, error } = replay(scenario, []);
    t.true(trace.length > 0, `${scenario.name}: ${error?.message}`);
    const nameless = trace.filter(({ what }) => /\bword \d|\w\+\d/.test(what));
    t.deepEqual(nameless.slice(0, 3), [], scenario.name);
    t.notRegex(error?.message ?? '', /\bword \d|\w\+\d/, scenario.name);
  }
});

test('a lost wake-up: who sleeps on what', (t) => {
  const scenario = findScenario('mutant/lost-wake');
  if (scenario === undefined) return t.fail('no such scenario');
  const { trace, error } = replay(scenario, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
  const drawing = drawSchedule(trace, scenario.cpus, error?.message);
  t.regex(drawing, /│ lock job\.lock, unlock job\.lock/);
  t.regex(drawing, /│ lock job\.completion\.lock, unlock job\.completion\.lock/);
  t.regex(drawing, /╰─ deadlock: boot sleeps on job\.completion\.done$/);
});

test('fields, arrays at the end, the latest name, and none', (t) => {
  const names = new WordNames();
  names.give(10, 5, 'dma', ['lock', 'pins']);
  t.deepEqual(
    [9, 10, 11, 14, 15].map((at) => names.of(at)),
    ['word 9', 'dma.lock', 'dma.pins[0]', 'dma.pins[3]', 'word 15'],
  );
  names.give(10, 2, 'mmap_lock', ['', 'contenders']);
  t.deepEqual(
    [10, 11, 12].map((at) => names.of(at)),
    ['mmap_lock', 'mmap_lock.contenders', 'dma.pins[1]'],
  );
  // the words were given back, and are something else now
  names.give(8, 8, 'counter');
  t.deepEqual(
    [8, 10, 15].map((at) => names.of(at)),
    ['counter', 'counter+2', 'counter+7'],
  );
  names.clear();
  t.is(names.of(10), 'word 10');
});
