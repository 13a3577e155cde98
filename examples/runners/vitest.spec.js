// The same tests with vitest, 3.2 or later: npx vitest run vitest.spec.js
import { fileURLToPath } from 'node:url';
import { earlyboot } from 'earlyboot/vitest';
import { test as base } from 'vitest';

const MACHINE = fileURLToPath(new URL('../machine.yaml', import.meta.url));
const test = base.extend(earlyboot());

test('the EBDA is left alone', async ({ early }) => {
  const boot = await early.boot(MACHINE); // made once, shared by the tests of the file
  early.reserved(boot, { start: 0x9fc00, size: 0x400 }, { by: 'setup_arch' });
});

test('node 1 begins at 9 GiB', async ({ early }) => {
  early.zone(await early.boot(MACHINE), 1, 'Normal', { startPfn: 9 * 2 ** 18, presentPages: 8 * 2 ** 18 });
});
