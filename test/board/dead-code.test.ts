// V8's fault with dead WebAssembly code: which programs have it, and from when to when a process keeps that code. Whether V8's flag is
// set shows in the tag of its flags; what a faulty V8 does without is in bench/dead-code-stress.ts.
import { spawnSync } from 'node:child_process';
import test from 'ava';
import { freesDeadCodeTwice } from '../../src/board/dead-code.ts';
import { ROOT } from '../helpers/sources.ts';

const VERSIONS: readonly [has: boolean, what: string, versions: Record<string, string>][] = [
  [false, 'Node 20', { v8: '11.3.244.8-node.38' }],
  [false, 'Node 22', { v8: '12.4.254.21-node.57' }],
  [true, 'the first that shares between threads', { v8: '12.5.0' }],
  [true, 'Node 24', { v8: '13.6.233.17-node.53' }],
  [false, 'the first that is mended', { v8: '13.7.0' }],
  [false, 'Node 26', { v8: '14.6.202.34-node.34' }],
  [false, 'Bun, which names a V8 and has none', { v8: '13.6.233.10-node.18', bun: '1.3.0' }],
  [false, 'Deno', { v8: '13.6.0', deno: '2.3.0' }],
  [false, 'no V8', {}],
];
for (const [has, what, versions] of VERSIONS)
  test(`${has ? 'has' : 'has not'} the fault: ${what}`, (t) => {
    t.is(freesDeadCodeTwice(versions), has);
  });

/**
 * What `script` pushes to `said` in a process that takes itself for one of this V8, and last whether dead code is kept at its exit.
 * `kept()` tells whether it is now; `asked` are the flags that were set.
 */
function told(v8: string, script: string): unknown[] {
  const begin = `
    import v8 from 'node:v8';
    Object.defineProperty(process, 'versions', { value: { ...process.versions, v8: '${v8}' } });
    const set = v8.setFlagsFromString;
    const before = v8.cachedDataVersionTag();
    set('--no-wasm-code-gc');
    const keeping = v8.cachedDataVersionTag();
    set('--wasm-code-gc');
    const kept = () => ({ [before]: false, [keeping]: true })[v8.cachedDataVersionTag()] ?? 'other flags';
    const asked = [];
    v8.setFlagsFromString = (flag) => { asked.push(flag); set(flag); };
    const { keepDeadCode, whileDeadCodeIsKept } = await import('./src/board/dead-code.ts');
    const { runBoardOnNode } = await import('./src/board/node.ts');
    const { board } = await import('./test/board/helpers/machines.ts');
    const said = [];
  `;
  const end = `process.on('exit', () => process.stdout.write(JSON.stringify([...said, kept()])));`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', `${begin}${script}${end}`], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout) as unknown[];
}

const FAULTY = '13.6.233.17-node.53';
const MENDED = '14.6.202.34-node.34';

test('for good: from the first call to the exit of the first thread, which leaves the flags as it found them', (t) => {
  const script =
    'said.push(kept()); keepDeadCode(); said.push(kept()); keepDeadCode(); said.push([...asked]);';
  t.deepEqual(told(FAULTY, script), [false, true, ['--no-wasm-code-gc'], false]);
  t.deepEqual(told(MENDED, script), [false, false, [], false]);
});

test('what a thread asked for holds when it is gone: others may run', (t) => {
  const script = `
    const { Worker } = await import('node:worker_threads');
    const { once } = await import('node:events');
    const text = \`Object.defineProperty(process, 'versions', { value: { ...process.versions, v8: '${FAULTY}' } });
      import('\${new URL('file://${ROOT}/src/board/dead-code.ts')}').then((m) => m.keepDeadCode());\`;
    await once(new Worker(text, { eval: true }), 'exit');
    said.push(kept());
  `;
  t.deepEqual(told(FAULTY, script), [true, true]);
});

test('for a run: while it runs, though it fails; a run that wants it for good has it', (t) => {
  const script = `
    await whileDeadCodeIsKept(async () => said.push(kept()));
    said.push(kept());
    await whileDeadCodeIsKept(async () => { throw new Error('no'); }).catch((error) => said.push(error.message, kept()));
    await whileDeadCodeIsKept(async () => keepDeadCode());
    said.push(kept());
    await whileDeadCodeIsKept(async () => 0);
    said.push(kept());
  `;
  t.deepEqual(told(FAULTY, script), [true, false, 'no', false, true, true, false]);
  t.deepEqual(told(MENDED, script), [false, false, 'no', false, false, false, false]);
});

test('a board of the library keeps it for good, and so do its images and those of emulated CPUs', (t) => {
  const ways = [
    'await runBoardOnNode(board());',
    `const { nodeBoardImages } = await import('./src/board/node.ts'); await nodeBoardImages();`,
    `const { nodeSmpImages } = await import('./src/cpus/emulated/node.ts'); await nodeSmpImages();`,
  ];
  for (const way of ways) {
    t.deepEqual(told(FAULTY, `${way} said.push(kept());`), [true, false], way);
    t.deepEqual(told(MENDED, `${way} said.push(asked);`), [[], false], way);
  }
});

test('a board of the command line keeps it while it runs, and what is loaded later finds the flags as they were', (t) => {
  const script = `
    const { compileBoardQuickly } = await import('./src/cli/wasm.ts');
    compileBoardQuickly();
    await runBoardOnNode(board());
    said.push(asked[0], asked.at(-1), kept());
  `;
  t.deepEqual(told(FAULTY, script), ['--no-wasm-code-gc', '--wasm-code-gc', false, false]);
  t.deepEqual(told(MENDED, script), ['--no-wasm-tier-up', '--no-wasm-lazy-validation', false, false]);
});
