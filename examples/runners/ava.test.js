// Tests of a memory layout with AVA: npx ava ava.test.js
import { fileURLToPath } from 'node:url';
import { earlybootTest } from 'earlyboot/ava';

const MACHINE = fileURLToPath(new URL('../machine.yaml', import.meta.url));
const test = earlybootTest();

test('the EBDA is left alone', async (t) => {
  const boot = await t.boot(MACHINE); // made once, shared by the tests of the file
  t.reserved(boot, { start: 0x9fc00, size: 0x400 }, { by: 'setup_arch' });
});

test('node 1 begins at 9 GiB', async (t) => {
  t.zone(await t.boot(MACHINE), 1, 'Normal', { startPfn: 9 * 2 ** 18, presentPages: 8 * 2 ** 18 });
});
