// How threads that are all busy collect garbage.
import v8 from 'node:v8';

/**
 * For `threads` that will all have work: each collects its short-lived objects by itself. V8 has helpers for that, which are right where
 * cores are free; here they take the cores of the others, and each thread waits for its own: two threads on two cores are a ninth
 * faster without. For the command line's own process alone, before it has threads: flags hold for all of it.
 */
export function collectAlone(threads: number): void {
  if (threads > 1) v8.setFlagsFromString('--no-parallel-scavenge');
}
