// The first run of a fresh clone: dependencies are installed once, with a word on how long that takes; npm itself is made up.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { ROOT } from '../helpers/sources.ts';

const NPM = `import { mkdirSync, writeFileSync } from 'node:fs';
console.log(process.argv.slice(2, 3).join());
if (process.env.BROKEN) process.exit(3);
mkdirSync('node_modules');
writeFileSync('node_modules/.package-lock.json', '{}');
`;

test('installs where nothing is installed, says so on stderr, and does it once', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-setup-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'tools'));
  copyFileSync(join(ROOT, 'tools/setup.mjs'), join(folder, 'tools/setup.mjs'));
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  writeFileSync(join(folder, 'npm.mjs'), NPM);
  const setup = (env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, ['tools/setup.mjs'], {
      cwd: folder,
      env: { ...process.env, npm_execpath: join(folder, 'npm.mjs'), ...env },
      encoding: 'utf8',
    });
  const broken = setup({ BROKEN: '1' });
  t.is(broken.status, 3);
  t.regex(broken.stderr, /\nearlyboot: npm ci failed after \d+ s\n$/);
  const first = setup({});
  t.is(first.status, 0, first.stderr);
  t.is(first.stdout, '');
  t.regex(
    first.stderr,
    /^earlyboot: installing the locked dependencies \(npm ci\), once: usually [^\n]* minutes\nci\nearlyboot: npm ci is through after \d+ s\n$/,
  );
  t.is(setup({}).stderr, '');
});
