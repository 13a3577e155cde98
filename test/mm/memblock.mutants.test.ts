// Ten faults in the merge, split, clamp and fallback rules, each planted in a copy of the source: the checks that
// memblock.test.ts runs must fail on every one of them, and pass on an unchanged copy.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { CHECKS } from './helpers/memblock-checks.ts';
import type { MemblockModule } from './helpers/memblock-checks.ts';

const SRC = new URL('../../src/', import.meta.url);

interface Mutant {
  readonly fault: string;
  /** A file below src/mm/, a text that occurs in it exactly once, and what replaces it. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const MUTANTS: readonly Mutant[] = [
  {
    fault: 'merge: regions of different nodes or flags are joined',
    file: 'memblock/type.ts',
    from: 'left.end[i] === from && left.tag[i] === tag',
    to: 'left.end[i] === from',
  },
  {
    fault: 'merge: a region is not joined to the one above it',
    file: 'memblock/type.ts',
    from: 'const joinsRight = at < leaf.n &&',
    to: 'const joinsRight = at > leaf.n &&',
  },
  {
    fault: 'merge: after cutting memory, touching regions stay apart for ever',
    file: 'memblock/type.ts',
    from: 'this.#unmerged = true;',
    to: 'this.#unmerged = false;',
  },
  {
    fault: 'split: what lies past a removed range is lost',
    file: 'memblock/type.ts',
    from: 'tree.insert(end, rEnd, tag);\n',
    to: '\n',
  },
  {
    fault: 'split: a range is only split at its start when its node is set',
    file: 'memblock/type.ts',
    from: '    this.splitAt(end);\n      for',
    to: '    for',
  },
  {
    fault: 'split: a table with room for one more entry is taken to have room for two',
    file: 'memblock/type.ts',
    from: 'if (this.cnt + 2 > this.max && !this.#roomToSplit(base, size)) return -ENOMEM;',
    to: 'if (this.cnt + 1 > this.max && !this.#roomToSplit(base, size)) return -ENOMEM;',
  },
  {
    fault: 'clamp: an allocation may reach past its upper bound',
    file: 'memblock/find.ts',
    from: 'const mEnd = ma.end[mi]! < high ? ma.end[mi]! : high;\n    if (mEnd <= low)',
    to: 'const mEnd = ma.end[mi]!;\n    if (mEnd <= low)',
  },
  {
    fault: 'clamp: the first page may be allocated',
    file: 'memblock/search.ts',
    from: 'Math.max(start, this.pageSize)',
    to: 'Math.max(start, 0)',
  },
  {
    fault: 'clamp: currentLimit does not bound an allocation with a higher bound',
    file: 'memblock/alloc.ts',
    from: 'Math.min(r.maxAddr, this.currentLimit)',
    to: 'r.maxAddr',
  },
  {
    fault: 'fallback: the lower bound is not dropped where it cannot be kept',
    file: 'memblock/alloc.ts',
    from: 'if (found || !r.minAddr) return found;',
    to: 'if (found || r.minAddr) return found;',
  },
  {
    fault: 'fallback: an exact node falls back to other nodes',
    file: 'memblock/alloc.ts',
    from: 'if (nid !== -1 && !exactNid) {',
    to: 'if (nid !== -1) {',
  },
  {
    fault: 'fallback: there is no retry in memory that is not mirrored',
    file: 'memblock/alloc.ts',
    from: 'if (!(flags & MEMBLOCK_MIRROR)) return 0;',
    to: 'return 0;',
  },
  {
    fault: "selection: where KHO's scratch memory is asked for, any is found",
    file: 'memblock/selection.ts',
    from: 'MEMBLOCK_MIRROR | MEMBLOCK_KHO_SCRATCH;',
    to: 'MEMBLOCK_MIRROR;',
  },
];

/** A copy of what memblock is made of, with a change or without. */
async function load(t: ExecutionContext, mutant?: Mutant): Promise<MemblockModule> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'earlyboot-mutant-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(path.join(dir, 'package.json'), '{ "type": "module" }');
  mkdirSync(path.join(dir, 'mm'));
  for (const part of ['lib', 'mm/memblock.ts', 'mm/memblock']) {
    cpSync(new URL(part, SRC), path.join(dir, part), { recursive: true });
  }
  if (mutant !== undefined) {
    const file = path.join(dir, 'mm', mutant.file);
    const parts = readFileSync(file, 'utf8').split(mutant.from);
    t.is(parts.length, 2, `${mutant.file}: exactly one place to change`);
    writeFileSync(file, parts.join(mutant.to));
  }
  const url = pathToFileURL(path.join(dir, 'mm/memblock.ts')).href;
  return (await import(url)) as MemblockModule;
}

/** Names of the checks that fail. */
function failures(m: MemblockModule): string[] {
  return Object.entries(CHECKS).flatMap(([name, check]) => {
    try {
      check(m);
      return [];
    } catch {
      return [name];
    }
  });
}

test('an unchanged copy passes', async (t) => {
  t.deepEqual(failures(await load(t)), []);
});

for (const mutant of MUTANTS) {
  test(`caught: ${mutant.fault}`, async (t) => {
    const failed = failures(await load(t, mutant));
    t.not(failed.length, 0, 'no check has noticed');
    t.log(failed.join('; '));
  });
}
