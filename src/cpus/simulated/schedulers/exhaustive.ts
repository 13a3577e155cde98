// Every schedule, up to the order of steps that do not touch the same words: dynamic partial-order reduction with source sets
// and sleep sets (Abdulla et al., 2014). A step that meets an earlier one, of another thread and not ordered before it anyhow,
// sends the search back to try them the other way round.
import type { Candidate, Scheduler, StepRecord } from '../explore/scheduler.ts';

/** A state on the current path. */
interface Node {
  readonly enabled: readonly number[];
  /** Who moves from here now. */
  chosen: number;
  /** Who has been tried, with what their step touched; and who still must. */
  readonly done: Map<number, StepRecord>;
  readonly todo: Set<number>;
  /** Threads whose step from here was tried before, and has met nothing since. */
  readonly sleep: Map<number, StepRecord>;
}

/** A step on the current path. */
interface Taken {
  readonly record: StepRecord;
  /** For each thread, how many steps of the path (counted from 1) happened before this one ends. */
  readonly clock: readonly number[];
}

export class ExhaustiveScheduler implements Scheduler {
  readonly #nodes: Node[] = [];
  #taken: Taken[] = [];
  /** What each thread's next step knows to be before it. */
  #clocks: number[][] = [];
  #started = false;
  /** Steps by the word that they touched. */
  #byWord = new Map<number, number[]>();
  /** Schedules that ended early because all they could do was done. */
  redundant = 0;

  nextSchedule(): boolean {
    this.#taken = [];
    this.#clocks = [];
    this.#byWord = new Map();
    if (!this.#started) {
      this.#started = true;
      return true;
    }
    for (let node = this.#nodes.at(-1); node !== undefined; node = this.#nodes.at(-1)) {
      const next = [...node.todo].find((id) => !node.done.has(id) && !node.sleep.has(id));
      if (next !== undefined) {
        node.chosen = next;
        return true;
      }
      this.#nodes.pop();
    }
    return false;
  }

  pick(candidates: readonly Candidate[], count: number): number {
    const depth = this.#taken.length;
    let node = this.#nodes[depth];
    if (node === undefined) {
      node = this.#newNode(candidates.slice(0, count).map(({ id }) => id));
      if (node === undefined) {
        this.redundant += 1;
        return -1;
      }
    }
    const { chosen } = node;
    return candidates.findIndex(({ id }) => id === chosen);
  }

  /** A state that was not reached before on this path; undefined where all that can move sleeps. */
  #newNode(enabled: readonly number[]): Node | undefined {
    const sleep = new Map<number, StepRecord>();
    const parent = this.#nodes[this.#taken.length - 1];
    const last = this.#taken.at(-1);
    if (parent && last) {
      for (const [id, record] of [...parent.sleep, ...parent.done])
        if (id !== last.record.task && !dependent(record, last.record)) sleep.set(id, record);
    }
    const chosen = enabled.find((id) => !sleep.has(id));
    if (chosen === undefined) return undefined;
    const node: Node = { enabled, chosen, done: new Map(), todo: new Set([chosen]), sleep };
    this.#nodes.push(node);
    return node;
  }

  readonly stepped = (record: StepRecord): void => {
    const index = this.#taken.length;
    this.#nodes[index]?.done.set(record.task, record);
    const met = this.#earlierMeeting(record);
    const before = this.#clocks[record.task] ?? [];
    const clock = [...before];
    for (const i of met) join(clock, this.#at(i).clock);
    clock[record.task] = index + 1;
    for (const i of this.#races(record, met, before)) this.#turnRound(i, record.task, clock);
    this.#taken.push({ record, clock });
    this.#clocks[record.task] = clock;
    if (record.started >= 0) this.#clocks[record.started] = [...clock];
    for (const id of record.woke) join((this.#clocks[id] ??= []), clock);
    this.#remember(record, index);
  };

  #at(index: number): Taken {
    return this.#taken[index] as Taken;
  }

  /** Steps before that touched what this one touches, where one of the two changes it; latest first. */
  #earlierMeeting(record: StepRecord): number[] {
    const { reads, writes } = record.footprint;
    const found = new Set<number>();
    for (const word of writes) for (const i of this.#byWord.get(word) ?? []) found.add(i);
    for (const word of reads)
      for (const i of this.#byWord.get(word) ?? [])
        if ((this.#taken[i] as Taken).record.footprint.writes.includes(word)) found.add(i);
    return [...found].sort((a, b) => b - a);
  }

  #remember(record: StepRecord, index: number): void {
    for (const word of new Set([...record.footprint.reads, ...record.footprint.writes])) {
      const list = this.#byWord.get(word);
      if (list) list.push(index);
      else this.#byWord.set(word, [index]);
    }
  }

  /** Steps that could have come after this one instead: others' that it meets, with nothing between that orders the two. */
  #races(record: StepRecord, met: readonly number[], before: readonly number[]): number[] {
    const races: number[] = [];
    const known = [...before];
    for (const i of met) {
      const other = this.#at(i);
      const { task } = other.record;
      const ordered = task === record.task || i < (known[task] ?? 0);
      join(known, other.clock);
      // what happens while another holds the lock that this step takes cannot come after it; taking the lock can
      if (!ordered && !(record.acquired !== 0 && other.record.held.includes(record.acquired))) races.push(i);
    }
    const holder =
      record.acquired === 0 ? -1 : this.#taken.findLastIndex((t) => t.record.acquired === record.acquired);
    if (holder >= 0 && !races.includes(holder)) {
      const { task } = this.#at(holder).record;
      if (task !== record.task && holder >= (before[task] ?? 0)) races.push(holder);
    }
    return races;
  }

  /** Sends the search back to before step `i`, to begin there with something that lets `task` come first. */
  #turnRound(i: number, task: number, clock: readonly number[]): void {
    const node = this.#nodes[i] as Node;
    const { task: other } = this.#at(i).record;
    // what came after step i and would have come without it too, in order, and at its end the step that came now
    const without: { readonly index: number; readonly task: number; readonly clock: readonly number[] }[] =
      [];
    for (let k = i + 1; k < this.#taken.length; k += 1) {
      const { record, clock: c } = this.#at(k);
      if ((c[other] ?? 0) <= i) without.push({ index: k, task: record.task, clock: c });
    }
    without.push({ index: this.#taken.length, task, clock });
    const initials = new Set<number>();
    const seen = new Set<number>();
    without.forEach((step, at) => {
      if (seen.has(step.task)) return;
      seen.add(step.task);
      const follows = without.slice(0, at).some((earlier) => (step.clock[earlier.task] ?? 0) > earlier.index);
      if (!follows) initials.add(step.task);
    });
    for (const id of initials) if (node.todo.has(id)) return;
    const way = [...initials].find((id) => node.enabled.includes(id));
    if (way !== undefined) node.todo.add(way);
    else for (const id of node.enabled) node.todo.add(id);
  }
}

function join(clock: number[], other: readonly number[]): void {
  for (let i = 0; i < other.length; i += 1) clock[i] = Math.max(clock[i] ?? 0, other[i] ?? 0);
}

/** Whether the order of two steps can matter. */
function dependent(a: StepRecord, b: StepRecord): boolean {
  const { reads, writes } = a.footprint;
  const other = b.footprint;
  return (
    writes.some((word) => other.writes.includes(word) || other.reads.includes(word)) ||
    reads.some((word) => other.writes.includes(word))
  );
}
