// From a capture's log and tables alone to its struct pages, on worker threads: what differs from the real ones went from a
// free list to a user, or is one of nine pages that the kernel gave back (SMP alternatives).
import { readFileSync } from 'node:fs';
import test from 'ava';
import { DEFAULT_BOOT, runMachine } from '../../../src/boot/machine.ts';
import { machineFromFolder } from '../../../src/machine/import/path.ts';
import { diffRuns, differingPages, parseRuns } from '../../../src/mm/memmap/compare_runs.ts';
import { memmapRuns } from '../../../src/mm/memmap/runs.ts';
import { CAPTURES } from '../../mm/memmap/helpers/capture.ts';

/** 36 KiB: `Freeing SMP alternatives memory`. */
const SMP_ALTERNATIVES = 9;

for (const name of ['q35-8g-2n-4c', 'q35-6g-memless-node1', 'q35-8g-no5lvl', 'q35-8g-movablecore1g']) {
  test(`${name}: booted on threads, its struct pages are those that Linux wrote`, async (t) => {
    const machine = await machineFromFolder(`${CAPTURES}/${name}`);
    const { memmap } = await runMachine(machine, {
      ...DEFAULT_BOOT,
      cmdline: machine.cmdline,
      cpus: 'threads',
    });
    if (memmap === null) return t.fail('no struct pages');
    const real = parseRuns(readFileSync(`${CAPTURES}/${name}/memmap/runs.txt`, 'utf8'));
    const { pages, differences } = diffRuns(real, parseRuns(memmapRuns(memmap)));
    const others = differences.filter((d) => d.model === null || !/ refcount=0$|^head /.test(d.model));
    t.is(differingPages(others), SMP_ALTERNATIVES);
    t.true(differingPages(differences) / pages < 0.003);
  });
}
