// A planted bug that only some schedules show, and the explorer that finds the shortest of them: npm run example examples/lost-update.ts
// Two threads count in one word. The buggy one ignores that its compare-and-exchange may fail.
import {
  atomicRead,
  cmpxchg,
  exploreSchedules,
  threadScenario,
  type Kernel,
  type Kthread,
  type Word,
} from 'earlyboot';

function* buggy(_k: Kernel, count: Word): Kthread {
  const seen = yield* atomicRead(count);
  yield* cmpxchg(count, seen, seen + 1);
}

function* sound(_k: Kernel, count: Word): Kthread {
  for (;;) {
    const seen = yield* atomicRead(count);
    if ((yield* cmpxchg(count, seen, seen + 1)) === seen) return;
  }
}

for (const thread of [buggy, sound]) {
  const scenario = threadScenario(
    {
      name: thread.name,
      cpus: 2,
      setup: (memory) => {
        const count = memory.alloc(1);
        memory.fresh(count, 1, 'count');
        return count;
      },
      threads: [thread, thread],
    },
    (count, memory) => memory.readOnce(count) === 2 || `counted to ${memory.readOnce(count)}, not to 2`,
  );
  const { failure, drawing, schedules, complete } = exploreSchedules(scenario);
  console.log(`${thread.name}: ${schedules} schedules${complete ? ', all there are' : ''}`);
  if (failure === undefined) continue;
  console.log(`  ${failure.message}\n${drawing}\n  replay: ${failure.token}`);
  // the token is all that is needed to see it again
  console.log(`  again: ${exploreSchedules(scenario, { replay: failure.token }).failure?.message}`);
}
