// Every command that README and docs/ show runs, or says why it does not; and all that it names is there.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { COMMANDS } from '../../src/cli/commands.ts';
import { cli } from '../helpers/cli.ts';
import { ROOT } from '../helpers/sources.ts';
import { commandsOf, earlybootArgs, PAGES, shellWords, type ShownCommand } from './helpers/commands.ts';
import { NOT_RUN } from './helpers/not-run.ts';
import { docsWorld } from './helpers/world.ts';

const shown = PAGES.flatMap(commandsOf);
const ours = shown.flatMap((command) => {
  const args = earlybootArgs(command.text);
  return args === undefined ? [] : [{ ...command, args }];
});
const notRun = (args: string): boolean => NOT_RUN.some(({ command }) => command.test(args));

let world = '';
test.before(async () => {
  world = await docsWorld();
});
test.after.always(() => rmSync(world, { recursive: true, force: true }));

/** Profiles and tables of figures are looked for from the process's folder, which a test that runs in a thread cannot change. */
const inWorld = (word: string): string =>
  word.endsWith('.json') && existsSync(join(world, word)) ? join(world, word) : word;

/** What each command has printed; the same line twice runs once. */
const done = new Map<string, Promise<string>>();

async function run({ where, args }: { readonly where: string; readonly args: string }): Promise<string> {
  const [, line = args, file] = /^(.*?)(?: > (\S+))?$/.exec(args) ?? [];
  const { code, stdout, stderr } = await cli(shellWords(line).map(inWorld), { cwd: world });
  if (code === 2 || /internal error|BUG/.test(stderr)) throw new Error(`${where}: ${args}\n${stderr}`);
  if (file !== undefined && !file.startsWith('~')) writeFileSync(join(world, file), stdout);
  return stdout;
}

function output(command: { readonly where: string; readonly args: string }): Promise<string> {
  const known = done.get(command.args);
  const result = known ?? run(command);
  done.set(command.args, result);
  return result;
}

// docs/questions.md has a test of its own, which compares the whole output
for (const page of PAGES.filter((name) => name !== 'docs/questions.md'))
  test.serial(`${page}: the commands of its blocks run`, async (t) => {
    const commands = ours.filter(
      ({ where, inBlock, args }) => where.startsWith(`${page}:`) && inBlock && !notRun(args),
    );
    for (const command of commands) await output(command);
    t.pass(`${commands.length} commands`);
  });

test.serial('docs/tour.md shows what its commands print', async (t) => {
  const blocks = readFileSync(join(ROOT, 'docs/tour.md'), 'utf8').matchAll(
    /```console\n\$ earlyboot ([^\n]+)\n([^]*?)```/g,
  );
  let count = 0;
  for (const [, args = '', excerpt = ''] of blocks) {
    const lines = (await output({ where: 'docs/tour.md', args })).split('\n');
    let at = 0;
    for (const line of excerpt.trimEnd().split('\n')) {
      if (line === '…') continue;
      // a line that ends in … goes on
      const found = lines.findIndex(
        (one, i) => i >= at && (line.endsWith(' …') ? one.startsWith(line.slice(0, -2)) : one === line),
      );
      if (found === -1) return t.fail(`earlyboot ${args} does not print (now, or in this order): ${line}`);
      at = found + 1;
    }
    count += 1;
  }
  t.true(count >= 12, `${count} blocks`);
});

test('whatever is not run is there, and has a reason', (t) => {
  for (const { command, why } of NOT_RUN) {
    t.true(
      ours.some(({ args, inBlock }) => inBlock && command.test(args)),
      `${command}: no page shows such a command`,
    );
    t.true(why.length > 10, String(command));
  }
  const blocks = ours.filter(({ inBlock }) => inBlock);
  const left = blocks.filter(({ args }) => notRun(args)).length;
  t.true(blocks.length > 60 && left < blocks.length / 3, `${left} of ${blocks.length} commands are not run`);
});

test('commands and options that the pages name are there, whether they run or not', async (t) => {
  const names = new Set(['help', ...COMMANDS.map(({ name }) => name)]);
  const helps = new Map<string, string>();
  for (const { where, args } of ours) {
    const [name = '', ...rest] = shellWords(args);
    // ARGS, MACHINE, --version: no command is named
    if (!/^[a-z]/.test(name)) continue;
    t.true(names.has(name), `${where}: earlyboot ${name}`);
    const sub =
      name === 'campaign' && /^(?:replay|report)$/.test(rest[0] ?? '') ? [name, rest[0] ?? ''] : [name];
    const key = sub.join(' ');
    if (!helps.has(key)) helps.set(key, (await cli([...sub, '--help'])).stdout);
    for (const [option] of args.matchAll(/(?<=^|[\s[])--[a-z][a-z-]*/g))
      t.true(helps.get(key)?.includes(option), `${where}: earlyboot ${key} has no ${option}`);
  }
});

test('scripts and files that the pages name are there', (t) => {
  // package.json of this project
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const wrong = shown.flatMap(({ where, text }: ShownCommand) => {
    const script = /^npm (?:run )?(?:-s )?([a-z][a-z-]*)/.exec(text)?.[1];
    const missing = [];
    if (script !== undefined && !['install', 'init', 'run'].includes(script) && !(script in scripts))
      missing.push(`npm run ${script}`);
    for (const [file] of text.matchAll(/(?<![\w./])(?:bench|tools|test|examples|fuzz)\/[\w./-]*[\w/]/g))
      if (!existsSync(join(ROOT, file))) missing.push(file);
    return missing.map((what) => `${where}: ${what}`);
  });
  t.deepEqual(wrong, []);
});

test('what no page shows is not found: the finder finds planted ones', (t) => {
  t.is(earlybootArgs('npm run -s earlyboot -- boot a --append "x y"'), 'boot a --append "x y"');
  t.is(earlybootArgs('npx earlyboot machines'), 'machines');
  t.is(earlybootArgs('npm test'), undefined);
  t.deepEqual(shellWords(`fits a --memmap '64M$16M' --append "a b"`), [
    'fits',
    'a',
    '--memmap',
    '64M$16M',
    '--append',
    'a b',
  ]);
  t.true(notRun('judge --random 2') && !notRun('boot judge'));
});
