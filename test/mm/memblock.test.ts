// The early allocator on small maps, with hand-computed results: each check of helpers/memblock-checks.ts.
import test from 'ava';
import * as memblock from '../../src/mm/memblock.ts';
import { CHECKS } from './helpers/memblock-checks.ts';

for (const [name, check] of Object.entries(CHECKS)) {
  test(name, (t) => {
    t.notThrows(() => check(memblock));
  });
}
