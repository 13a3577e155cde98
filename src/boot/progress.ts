// How far a boot is where it takes long: CPUs that are up, deferred pages that are initialised.
import type { DeferredNode } from '../mm/deferred.ts';
import { deferredPagesOf } from './node-summary.ts';

/** Called again and again, `done` of `of` each time. */
export type BootProgress = (what: 'CPUs' | 'pages', done: number, of: number) => void;

/** Deferred pages of all nodes. */
export function deferredPages(nodes: readonly DeferredNode[]): number {
  return nodes.reduce((sum, node) => sum + deferredPagesOf(node), 0);
}

/** Counts pages as they are initialised; undefined where nobody asks. */
export function pageCounter(
  nodes: readonly DeferredNode[],
  onProgress: BootProgress | undefined,
): ((pages: number) => void) | undefined {
  if (onProgress === undefined) return undefined;
  const of = deferredPages(nodes);
  let done = 0;
  return (pages) => onProgress('pages', (done += pages), of);
}
