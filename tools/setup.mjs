// Makes `npm start` and `npm test` work on a fresh clone: installs the locked dependencies when
// node_modules is missing or older than package-lock.json. Plain JavaScript: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = `${root}package-lock.json`;
const installed = `${root}node_modules/.package-lock.json`;
const upToDate = existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
if (!upToDate) {
  process.stderr.write('earlyboot: installing the locked dependencies (npm ci), once\n');
  const npm = process.env.npm_execpath;
  const argv = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // stdout belongs to the command that comes after this one: npm's own words go to stderr
  const stdio = ['ignore', 2, 2];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...argv], { cwd: root, stdio })
    : spawnSync('npm', argv, { cwd: root, stdio, shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}
