// Makes `npm start` and `npm test` work on a fresh clone: installs the locked dependencies when
// node_modules is missing or older than package-lock.json. Plain JavaScript: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** With an empty cache it takes 28 s of CPU time, and took 136 s where many programs shared two cores. */
const USUALLY = 'usually half a minute to two minutes';
/** On a terminal the line renews itself each second; in a log a line now and then tells that it goes on. */
const TELL_MS = process.stderr.isTTY ? 1000 : 30_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = `${root}package-lock.json`;
const installed = `${root}node_modules/.package-lock.json`;
const upToDate = existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
if (!upToDate) process.exitCode = await install();

/** Runs npm ci, and tells how long it has been at it. Resolves to its exit status. */
async function install() {
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  const tell = (text) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  const working = () => tell(`earlyboot: npm ci: ${seconds()} s (${USUALLY})`);
  tell(`earlyboot: installing the locked dependencies (npm ci), once: ${USUALLY}`);
  const timer = setInterval(working, TELL_MS);
  const status = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error', '--no-progress']);
  clearInterval(timer);
  tell(`earlyboot: npm ci ${status === 0 ? 'is through' : 'failed'} after ${seconds()} s`);
  if (process.stderr.isTTY) process.stderr.write('\n');
  return status;
}

/** stdout belongs to the command that comes after this one: npm's own words go to stderr. */
function npm(argv) {
  const own = process.env.npm_execpath;
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const child = own
    ? spawn(process.execPath, [own, ...argv], options)
    : spawn('npm', argv, { ...options, shell: process.platform === 'win32' });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`\nearlyboot: npm: ${error.message}\n`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
