// npm run check-package: packs the tarball, installs it into an empty project, and uses it under every Node that we support.
// `node tools/check-package.ts NODE…` takes other Node binaries instead; publint and attw look at the tarball as well.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AVA_TEST, COMMON, CONSUMER, RUNNERS_NODE, RUNNERS_VITEST, WORK } from './consumer-files.ts';
import { examples, packedSize, page, run, tour, type Ran } from './package-checks.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Majors that `engines` allows, as versions of npm's package `node`. */
const NODES = ['20.19', '22', '24', '26'];

const failures: string[] = [];

/** One line for each check; what a failed one said follows. */
function check(what: string, { ok, output }: Ran): boolean {
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${what}\n`);
  if (!ok) failures.push(`${what}\n${output}`);
  return ok;
}

/** The Node binaries to try: those given, or npm's, installed below `folder`. */
function nodes(folder: string): [name: string, binary: string][] {
  const given = process.argv.slice(2);
  if (given.length > 0) return given.map((binary) => [binary, binary]);
  return NODES.map((version) => {
    const prefix = join(folder, `node-${version}`);
    mkdirSync(prefix, { recursive: true });
    writeFileSync(join(prefix, 'package.json'), '{"allowScripts":{"node":true}}');
    check(
      `npm install node@${version}`,
      run('npm', ['install', '--no-audit', '--no-fund', `node@${version}`], prefix),
    );
    return [version, join(prefix, 'node_modules', '.bin', 'node')];
  });
}

function project(folder: string, tarball: string): string {
  const path = join(folder, 'project');
  mkdirSync(path);
  writeFileSync(join(path, 'package.json'), '{"name":"consumer","private":true,"type":"module"}');
  writeFileSync(join(path, 'consumer.ts'), CONSUMER);
  writeFileSync(join(path, 'boot.test.ts'), AVA_TEST);
  writeFileSync(join(path, 'work.mjs'), WORK);
  writeFileSync(join(path, 'node.ts'), RUNNERS_NODE);
  writeFileSync(join(path, 'early.spec.ts'), RUNNERS_VITEST);
  writeFileSync(join(path, 'common.cjs'), COMMON);
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    lib: ['esnext', 'dom'],
    types: ['node'],
  };
  writeFileSync(
    join(path, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['consumer.ts', 'boot.test.ts', 'node.ts', 'early.spec.ts'] }),
  );
  check('npm install the tarball', run('npm', ['install', '--no-audit', '--no-fund', tarball], path));
  const developing = ['ava@7', 'vitest', 'typescript', '@types/node'];
  check(
    'earlyboot runs without ava',
    run(process.execPath, ['--input-type=module', '-e', "await import('earlyboot')"], path),
  );
  check(
    'npm install ava, vitest and typescript',
    run('npm', ['install', '--no-audit', '--no-fund', '-D', ...developing], path),
  );
  const tsc = join(path, 'node_modules/typescript/bin/tsc');
  check('types', run(process.execPath, [tsc, '-p', '.'], path));
  checkMatrix(path, tsc);
  return path;
}

/** Every module system of TypeScript that reads \`exports\`, with and without a browser's types, our declarations checked as well. */
const MATRIX = [
  ['nodenext', 'nodenext'],
  ['node16', 'node16'],
  ['esnext', 'bundler'],
].flatMap(([module, moduleResolution]) =>
  [['es2022'], ['es2022', 'dom']].map((lib) => ({ module, moduleResolution, lib })),
);

function checkMatrix(path: string, tsc: string): void {
  const names = ['', '/browser', '/smp', '/ava', '/node-test', '/vitest'];
  const imports = names.map((name, i) => `export * as m${i} from 'earlyboot${name}';`);
  writeFileSync(join(path, 'everything.ts'), imports.join('\n'));
  for (const options of MATRIX) {
    const compilerOptions = {
      ...options,
      target: 'es2022',
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      types: ['node'],
    };
    writeFileSync(
      join(path, 'tsconfig.matrix.json'),
      JSON.stringify({ compilerOptions, files: ['everything.ts'] }),
    );
    check(
      `types: ${options.moduleResolution}, lib ${options.lib.join(' and ')}`,
      run(process.execPath, [tsc, '-p', 'tsconfig.matrix.json'], path),
    );
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-package-'));
  try {
    check('build', run(process.execPath, [join(ROOT, 'tools/build.ts')], ROOT));
    check('npm pack', run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], ROOT));
    const name = readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '';
    const tarball = join(folder, name);
    check('less than 3 MB', packedSize(tarball));
    const bin = (tool: string): string => join(ROOT, 'node_modules', '.bin', tool);
    check('publint', run(bin('publint'), [tarball, '--strict'], ROOT));
    const attw = ['--profile', 'esm-only', '--exclude-entrypoints', 'images/firmware.bin'];
    check('attw', run(bin('attw'), [tarball, ...attw], ROOT));
    const path = project(folder, tarball);
    const cli = join(path, 'node_modules/earlyboot/dist/cli.js');
    for (const [line, ran] of tour(folder, tarball)) check(`tour: ${line}`, ran);
    for (const [version, node] of nodes(folder)) {
      check(`Node ${version}: page`, await page(path, node));
      for (const [example, ran] of examples(path, node)) check(`Node ${version}: example ${example}`, ran);
      check(`Node ${version}: library`, run(node, ['consumer.js'], path));
      check(
        `Node ${version}: ava`,
        run(node, [join(path, 'node_modules/ava/entrypoints/cli.mjs'), '--timeout=2m', 'boot.test.js'], path),
      );
      check(`Node ${version}: node:test`, run(node, ['node.js'], path));
      check(`Node ${version}: require()`, run(node, ['common.cjs'], path));
      check(
        `Node ${version}: vitest`,
        run(
          node,
          [join(path, 'node_modules/vitest/vitest.mjs'), 'run', '--testTimeout=120000', 'early.spec.js'],
          path,
        ),
      );
      for (const cpus of ['threads', 'emulated'])
        check(
          `Node ${version}: boot --cpus ${cpus}`,
          run(node, [cli, 'boot', 'tiny-512m', '--cpus', cpus], path),
        );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const failure of failures) process.stdout.write(`\n${failure}\n`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

await main();
