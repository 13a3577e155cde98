// npx node bench/memmap.ts [FOLDER]: every capture with memmap/runs.txt booted on threads from its log and tables alone, and its
// struct pages beside the real ones: the share that is equal, and what became of the others.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_BOOT, runMachine } from '../src/boot/machine.ts';
import { machineFromFolder } from '../src/machine/import/path.ts';
import { diffRuns, differingPages, parseRuns } from '../src/mm/memmap/compare_runs.ts';
import { memmapRuns } from '../src/mm/memmap/runs.ts';
import { capturesFolder } from '../test/helpers/captures.ts';

const folder = process.argv[2] ?? join(capturesFolder(), '6.1');

/** A struct page in a word: what it serves for. */
function kind(what: string | null): string {
  if (what === null) return 'none';
  if (what.startsWith('head')) return 'free';
  const flags = BigInt(/flags=(0x\w+)/.exec(what)?.[1] ?? 0);
  if ((flags & 0x1000n) !== 0n) return 'reserved';
  if ((flags & 0x200n) !== 0n) return 'slab';
  if (what.includes('mapcount=-513')) return 'page table';
  if (!what.endsWith('refcount=0')) return 'allocated';
  return what.includes('lru=ptr') ? "on a CPU's list, or part of a block in use" : 'free';
}

const totals = new Map<string, number>();
for (const name of readdirSync(folder)) {
  const runs = join(folder, name, 'memmap/runs.txt');
  if (!existsSync(runs)) continue;
  const machine = await machineFromFolder(join(folder, name));
  const { memmap } = await runMachine(machine, {
    ...DEFAULT_BOOT,
    cmdline: machine.cmdline,
    cpus: 'threads',
  });
  if (memmap === null) throw new Error(`${name}: no struct pages`);
  const { pages, differences } = diffRuns(
    parseRuns(readFileSync(runs, 'utf8')),
    parseRuns(memmapRuns(memmap)),
  );
  const share = 100 * (1 - differingPages(differences) / pages);
  console.log(`${name.padEnd(24)} ${share.toFixed(3)} % of ${pages} struct pages equal`);
  for (const d of differences) {
    const change = `${kind(d.model)} in the model, ${kind(d.real)} in Linux`;
    totals.set(change, (totals.get(change) ?? 0) + d.end - d.start);
  }
}
console.log('\npages that differ, all captures together:');
for (const [change, pages] of [...totals].sort((a, b) => b[1] - a[1]))
  console.log(`${String(pages).padStart(8)}  ${change}`);
