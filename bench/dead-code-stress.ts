// NODE bench/dead-code-stress.ts [RUNS] [SECONDS]: whether this Node frees dead WebAssembly code twice, as V8 12.5 to 13.6 does, and
// whether src/board/dead-code.ts keeps it from that. Each run is a process whose threads make small modules with imports of random
// types, call them until V8 compiles what leads to each import, and end. Exits with 1 where a process that keeps dead code ended badly.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { freesDeadCodeTwice, keepDeadCode } from '../src/board/dead-code.ts';
import { Dice } from '../src/lib/dice.ts';
import { section, uleb, WASM_HEADER, wasmName } from '../src/lib/wasm.ts';

const THREADS = 3;
const MODULES = 20;
const IMPORTS = 12;
/** V8 compiles what leads to an import after a thousand calls. */
const CALLS = 1500;
const I32 = 0x7f;
/** i32.const 0, f32.const 0, f64.const 0. */
const ZERO = new Map([
  [I32, [0x41, 0]],
  [0x7d, [0x43, 0, 0, 0, 0]],
  [0x7c, [0x44, 0, 0, 0, 0, 0, 0, 0, 0]],
]);

/** A module that calls `e.f0`, `e.f1` … of these parameters in turn, as often as its function `r` is told. */
function callsOf(imports: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  const types = imports.map((params) => [0x60, ...uleb(params.length), ...params, 1, I32]);
  const run = [0x60, 1, I32, 0];
  const named = imports.map((_, i) => [...wasmName('e'), ...wasmName(`f${i}`), 0, ...uleb(i)]);
  const calls = imports.flatMap((params, i) => [
    ...params.flatMap((type) => ZERO.get(type) ?? []),
    ...[0x10, ...uleb(i), 0x1a],
  ]);
  const body = [0, 0x03, 0x40, ...calls, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x0b];
  return Uint8Array.from([
    ...WASM_HEADER,
    ...section(1, [...types, run]),
    ...section(2, named),
    ...section(3, [uleb(imports.length)]),
    ...section(7, [[...wasmName('r'), 0, ...uleb(imports.length)]]),
    ...section(10, [[...uleb(body.length), ...body]]),
  ]);
}

/** One thread's life. */
function churn(seed: number): void {
  const dice = new Dice(seed);
  const kinds = [...ZERO.keys()];
  for (let made = 1; made <= MODULES; made += 1) {
    const imports = Array.from({ length: IMPORTS }, () =>
      Array.from({ length: dice.below(5) }, () => kinds[dice.below(kinds.length)] ?? I32),
    );
    const functions = imports.map((_, i) => [`f${i}`, (...values: number[]) => values.length]);
    const module = new WebAssembly.Module(callsOf(imports));
    const { r } = new WebAssembly.Instance(module, { e: Object.fromEntries(functions) }).exports;
    if (typeof r === 'function') (r as (times: number) => void)(CALLS);
    if (made % 10 === 0) globalThis.gc?.();
  }
}

/** A process: threads come and go until its time is up. */
function threads(seconds: number, keep: boolean): void {
  const end = performance.now() + seconds * 1000;
  let begun = 0;
  const begin = (): void => {
    if (performance.now() > end) return;
    begun += 1;
    new Worker(new URL(import.meta.url), { workerData: { seed: begun, keep } }).on('exit', begin);
  };
  for (let i = 0; i < THREADS; i += 1) begin();
  process.on('exit', () => console.log(begun));
}

const asked = process.argv[2] ?? '4';
if (!isMainThread) {
  const { seed, keep } = workerData as { seed: number; keep: boolean };
  if (keep) keepDeadCode();
  churn(seed);
} else if (asked === 'free' || asked === 'keep') threads(Number(process.argv[3]), asked === 'keep');
else {
  const seconds = process.argv[3] ?? '20';
  const ends = { free: 0, keep: 0 };
  console.log(
    `Node ${process.versions.node}, V8 ${process.versions.v8}: ${freesDeadCodeTwice(process.versions) ? 'has' : 'does not have'} the fault`,
  );
  for (let run = 0; run < Number(asked); run += 1)
    for (const how of ['free', 'keep'] as const) {
      const self = fileURLToPath(import.meta.url);
      const child = spawnSync(process.execPath, ['--expose-gc', self, how, seconds], { encoding: 'utf8' });
      const ok = child.status === 0;
      if (!ok) ends[how] += 1;
      const check = /Check failed.*/.exec(child.stderr)?.[0] ?? '';
      console.log(
        `dead code ${how === 'free' ? 'freed' : 'kept '}: ${ok ? `${child.stdout.trim()} threads, ok` : `ended by ${child.signal ?? child.status} ${check}`}`,
      );
    }
  console.log(`of ${asked} processes each: ${ends.free} ended badly, ${ends.keep} where dead code is kept`);
  process.exitCode = ends.keep === 0 ? 0 : 1;
}
