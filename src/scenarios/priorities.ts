// What a job of the RFC promises of priorities, watched through its trace points: one helper at a time has the caller's.
import { bugOn } from '../lib/bug.ts';
import type { TraceEvent } from '../kernel/trace.ts';
import type { Word } from '../cpu/op.ts';

/** A listener for one run. @throws Bug where two helpers are raised, or one that has ended */
export function watchPriorities(): (event: TraceEvent) => void {
  const ended = new Set<Word>();
  let raised: Word | undefined;
  return (event) => {
    if (event.kind === 'ended') {
      ended.add(event.thread);
      if (raised === event.thread) raised = undefined;
    } else if (event.kind === 'raise') {
      bugOn(ended.has(event.thread), 'a helper that has ended is raised');
      bugOn(raised !== undefined, "two helpers have the caller's priority");
      raised = event.thread;
    } else if (event.kind === 'job') {
      // a new job may use the same words
      ended.clear();
      raised = undefined;
    }
  };
}
