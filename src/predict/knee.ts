// Where more threads stop paying.

/** A thread count and its time. */
export interface TimeOf {
  readonly threads: number;
  readonly ms: number;
}

export interface Caps {
  /** The fewest threads within 1 % of the shortest time. */
  readonly best: number;
  /** The fewest threads after which no count gains 5 % or more. */
  readonly knee: number;
}

/** As good as the best. */
const TIE = 0.01;
/** A gain that is worth a thread. */
const WORTH = 0.05;

/** The caps among the counts from 1 on; both 1 where there is none. */
export function capsOf(times: readonly TimeOf[]): Caps {
  const counts = times.filter(({ threads }) => threads >= 1).sort((a, b) => a.threads - b.threads);
  const shortest = Math.min(...counts.map(({ ms }) => ms));
  const best = counts.find(({ ms }) => ms <= shortest * (1 + TIE));
  const knee = counts.find(({ ms }) => shortest > ms * (1 - WORTH));
  return { best: best?.threads ?? 1, knee: knee?.threads ?? best?.threads ?? 1 };
}
