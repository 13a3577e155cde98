// The questions as the library answers them: the same as the command line, with types.
import test from 'ava';
import {
  bootMachine,
  fits,
  groupRows,
  InputError,
  lint,
  LINT_RULES,
  missing,
  movable,
  reservedTotals,
  slowBoots,
  type MachineDescription,
} from '../../src/index.ts';

const MACHINE: MachineDescription = {
  name: 'mine',
  map: [
    { start: 0, size: 0x9fc00, type: 'usable' },
    { start: '1M', size: '2047M', type: 'usable' },
    { start: '2G', size: '4M', type: 'ACPI data' },
  ],
  cpus: 2,
};

test('missing: rows from installed to MemTotal, with another kernel and more parameters', async (t) => {
  const plain = await missing(MACHINE, { kernel: '6.12' });
  t.is(plain.kernel, '6.12');
  const { rows, installedBytes, memTotalBytes } = await missing(MACHINE, { append: 'crashkernel=128M' });
  t.is(
    rows.reduce((sum, { bytes }) => sum + bytes, memTotalBytes),
    installedBytes,
  );
  t.is(groupRows(rows, 'owner').find(({ name }) => name === 'crash')?.bytes, 128 * 2 ** 20);
  const { reservedBytes, loggedBytes } = reservedTotals((await bootMachine(MACHINE)).record);
  t.is(loggedBytes, reservedBytes);
});

test('fits, lint, movable and slowBoots take a description', async (t) => {
  const [answer] = await fits(MACHINE, { crashkernel: ['256M'] }, { append: 'nokaslr' });
  t.like(answer, { fits: true, slots: null });
  await t.throwsAsync(fits(MACHINE, {}), { instanceOf: InputError });
  t.deepEqual(await lint(MACHINE), []);
  t.is((await lint({ ...MACHINE, map: [...MACHINE.map].reverse() }, { only: ['map-unsorted'] })).length, 2);
  t.true(LINT_RULES.length > 40 && new Set(LINT_RULES.map(({ id }) => id)).size === LINT_RULES.length);
  t.like(await movable(MACHINE, { append: 'movablecore=512M' }), {
    machine: 'mine',
    movableBytes: 512 * 2 ** 20,
  });
  t.like((await slowBoots(MACHINE, { append: 'page_poison=1' })).rows[5], { happens: true, source: 'model' });
});
