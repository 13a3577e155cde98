// What tools/check-package.ts runs in a project beside its first files: the packed examples, and the tour's own commands.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

/** A command and all that it printed. */
export function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 27,
    env: { ...process.env, ...env },
  });
  return { ok: status === 0, output: error ? error.message : stdout + stderr };
}

/** What npm may take at most. */
const MAX_PACKED_BYTES = 3_000_000;

export function packedSize(tarball: string): Ran {
  const { size } = statSync(tarball);
  return { ok: size < MAX_PACKED_BYTES, output: `${size} bytes, at most ${MAX_PACKED_BYTES}` };
}

/** Scripts that strip no types run everywhere; the others need a Node that does. */
const STRIPS_TYPES = 24;
const SCRIPTS = ['script.js'];
const TYPED_SCRIPTS = ['custom-hook.ts', 'lost-update.ts', 'padata-sum.ts'];

/** The examples of the package, copied into the project as examples/README.md says. */
export function examples(project: string, node: string): [what: string, ran: Ran][] {
  const folder = join(project, 'examples');
  cpSync(join(project, 'node_modules/earlyboot/examples'), folder, { recursive: true });
  const major = Number(/\d+/.exec(run(node, ['--version'], project).output)?.[0]);
  const scripts = major >= STRIPS_TYPES ? [...SCRIPTS, ...TYPED_SCRIPTS] : SCRIPTS;
  const installed = join('node_modules/earlyboot/examples', 'script.js');
  const ava = join(project, 'node_modules/ava/entrypoints/cli.mjs');
  const vitest = join(project, 'node_modules/vitest/vitest.mjs');
  return [
    ['where it is installed', run(node, [installed], project)],
    ...scripts.map((name): [string, Ran] => [name, run(node, [name], folder)]),
    ['runners/ava.test.js', run(node, [ava, '--timeout=2m', 'examples/runners/ava.test.js'], project)],
    ['runners/node.test.js', run(node, ['--test', 'runners/node.test.js'], folder)],
    [
      'runners/vitest.spec.js',
      run(node, [vitest, 'run', '--testTimeout=120000', 'examples/runners/vitest.spec.js'], project),
    ],
  ];
}

/** What the tour has a reader type, in its order: lines of shell, and its file of code. */
function tourOf(text: string): { readonly lines: readonly string[]; readonly code: string } {
  const blocks = [...text.matchAll(/^```(\w*)\n([^]*?)^```/gm)].map(([, kind = '', body = '']) => ({
    kind,
    body,
  }));
  const lines = blocks.flatMap(({ kind, body }) => {
    if (kind === 'sh') return body.trim().split('\n');
    return kind === 'console' ? [...body.matchAll(/^\$ (.*)$/gm)].map(([, line = '']) => `npx ${line}`) : [];
  });
  return { lines, code: blocks.find(({ kind }) => kind === 'js')?.body ?? '' };
}

/** Made in the reader's project; the package comes from the tarball, and the page is not opened. */
export function tour(folder: string, tarball: string): [what: string, ran: Ran][] {
  const project = join(folder, 'tour');
  mkdirSync(project);
  run('npm', ['init', '-y'], project);
  const installed = run('npm', ['install', '--no-audit', '--no-fund', tarball], project);
  const { lines, code } = tourOf(readFileSync(join(project, 'node_modules/earlyboot/docs/tour.md'), 'utf8'));
  writeFileSync(join(project, 'tour.mjs'), code);
  const done = new Set<string>();
  const ran = lines.flatMap((line): [string, Ran][] => {
    if (/^npm |page --open/.test(line) || done.has(line)) return [];
    done.add(line);
    // a mutant fails, and is meant to
    const result = run('sh', ['-c', line], project);
    return [[line, / explore mutant\//.test(line) ? { ...result, ok: true } : result]];
  });
  return [
    ['npm install', installed],
    ...ran,
    ['node tour.mjs', run(process.execPath, ['tour.mjs'], project)],
  ];
}

/** The page from the installed package: served whole, and gone at SIGINT. */
export async function page(project: string, node: string): Promise<Ran> {
  const cli = join(project, 'node_modules/earlyboot/dist/cli.js');
  const server = spawn(node, [cli, 'page', '--port', '0'], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'close');
  const [first] = await Promise.race([once(server.stdout, 'data'), ended]);
  const url = /http:\S+/.exec(String(first))?.[0];
  if (url === undefined) return { ok: false, output: `no address: ${String(first)}` };
  const names = ['', 'main.js', 'worker.js', 'v86.wasm', 'firmware.bin', 'linux.bin', 'init-32'];
  const answers = await Promise.all(names.map(async (name) => (await fetch(new URL(name, url))).status));
  server.kill('SIGINT');
  await ended;
  return { ok: answers.every((status) => status === 200), output: answers.join(' ') };
}
