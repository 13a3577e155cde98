// What is known to fail and not mended yet: test/fuzz/open.json may only shrink.
import { readFileSync } from 'node:fs';

export interface Open {
  /** Files of the corpus, `TARGET/NAME`, that do not end as their extension says. */
  readonly cases: readonly string[];
  /** Faults that the short run of a target meets, by their keys. */
  readonly faults: Readonly<Record<string, readonly string[]>>;
}

export const OPEN = JSON.parse(readFileSync(new URL('../open.json', import.meta.url), 'utf8')) as Open;
