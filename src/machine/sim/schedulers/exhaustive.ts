// Every schedule, up to the order of steps that do not touch the same words: dynamic partial-order reduction (Flanagan and
// Godefroid, 2005) with sleep sets. A step that meets an earlier one, of another thread and not ordered before it anyhow,
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
    this.#turnRound(record, met, before);
    const clock = [...before];
    for (const i of met) join(clock, (this.#taken[i] as Taken).clock);
    clock[record.task] = index + 1;
    this.#taken.push({ record, clock });
    this.#clocks[record.task] = clock;
    if (record.started >= 0) this.#clocks[record.started] = [...clock];
    for (const id of record.woke) join((this.#clocks[id] ??= []), clock);
    this.#remember(record, index);
  };

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

  /** The latest step that could have come after this one instead: there the other order is to be tried. */
  #turnRound(record: StepRecord, met: readonly number[], before: readonly number[]): void {
    for (const i of met) {
      const other = (this.#taken[i] as Taken).record;
      if (other.task === record.task || i < (before[other.task] ?? 0)) continue;
      // the lock that this step takes was held then
      if (record.acquired !== 0 && other.held.includes(record.acquired)) continue;
      const node = this.#nodes[i] as Node;
      const way = node.enabled.includes(record.task) ? record.task : this.#leadsTo(node, i, before);
      if (way !== undefined) node.todo.add(way);
      else for (const id of node.enabled) node.todo.add(id);
      return;
    }
  }

  /** A thread that could move at step `i` and did something later that this step depends on. */
  #leadsTo(node: Node, i: number, before: readonly number[]): number | undefined {
    return node.enabled.find((id) => {
      const known = before[id] ?? 0;
      for (let at = i + 1; at < known; at += 1) if (this.#taken[at]?.record.task === id) return true;
      return false;
    });
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
