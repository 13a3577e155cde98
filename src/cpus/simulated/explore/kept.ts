// The set-up of schedules, kept: what a prelude leaves in memory is put back instead of being done again. It is sound where the
// prelude's threads have ended but for idle workers, whose code begins with the wait that they are in: such a worker is begun anew
// when it is woken. That is tried once; where it is not so, every schedule runs its prelude.
import type { CpuId } from '../../../lib/units.ts';
import type { EntryName, Word } from '../../../cpu/op.ts';
import type { CheckedMemory } from './checked-memory.ts';
import type { MemoryImage } from './memory-image.ts';
import type { ScenarioRun } from './scenario.ts';
import { isIdle, type Thread } from './thread.ts';
import type { Threads } from './threads.ts';

interface IdleWorker {
  readonly name: string;
  readonly cpu: CpuId;
  readonly entry: EntryName;
  readonly arg: Word;
  readonly sleepsOn: Word;
  readonly ran: number;
}

export interface KeptSetup {
  /** Memory as setup() leaves it, and after the prelude. */
  readonly before: MemoryImage;
  readonly after: MemoryImage;
  /** Threads by id; null: it has ended. */
  readonly workers: readonly (IdleWorker | null)[];
}

/** What the prelude has left; undefined where it cannot be kept. */
export function keepSetup(
  memory: CheckedMemory,
  threads: Threads,
  run: ScenarioRun,
  before: MemoryImage,
): KeptSetup | undefined {
  const after = memory.image();
  const workers: (IdleWorker | null)[] = [];
  for (const thread of threads.all()) {
    if (thread.state === 'done') {
      workers.push(null);
      continue;
    }
    const worker = idleWorker(thread);
    if (worker === undefined || !beginsAsleep(memory, run, worker)) return undefined;
    // who slept first would have to be kept as well
    if (workers.some((other) => other?.sleepsOn === worker.sleepsOn)) return undefined;
    workers.push(worker);
  }
  return memory.is(after) ? { before, after, workers } : undefined;
}

function idleWorker(thread: Thread): IdleWorker | undefined {
  const { name, cpu, entry, arg, sleepsOn, ran, held } = thread;
  if (entry === undefined || held !== 0 || !isIdle(thread)) return undefined;
  return { name, cpu, entry, arg, sleepsOn, ran };
}

/** Whether a fresh thread of that function asks at once to sleep where this one does. */
function beginsAsleep(
  memory: CheckedMemory,
  run: ScenarioRun,
  { entry, arg, sleepsOn }: IdleWorker,
): boolean {
  const first = run.spawn(entry, arg).next(0);
  if (first.done === true || first.value.op !== 'wait') return false;
  return first.value.at === sleepsOn && memory.peek(sleepsOn) === first.value.value;
}

/** The state after the prelude, where memory is as it was before it; false where it is not. */
export function putBack(kept: KeptSetup, memory: CheckedMemory, threads: Threads, run: ScenarioRun): boolean {
  if (!memory.is(kept.before)) return false;
  memory.putBack(kept.after);
  for (const worker of kept.workers) {
    if (worker === null) {
      threads.ended();
      continue;
    }
    const thread = threads.spawnOn(worker.cpu, worker.name, run.spawn(worker.entry, worker.arg));
    thread.entry = worker.entry;
    thread.arg = worker.arg;
    thread.ran = worker.ran;
    threads.park(thread, worker.sleepsOn);
  }
  return true;
}
