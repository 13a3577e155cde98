// A fault of V8 12.5 to 13.6 with WebAssembly in several threads of one process, and how to stay clear of it.
//
// What leads from WebAssembly to a JavaScript function is compiled once for all threads of a process. Where no instance uses such a
// piece any longer it is "dead"; when V8 frees dead code while a thread compiles the same piece anew, it is freed twice: the process
// ends with "Check failed: jit_page_->allocations_.erase(addr) == 1" or a segmentation fault. Pieces are shared since V8 commit
// a5999be590 and freed once since 9b8ca54d5a (V8 13.7); Node 24 has 13.6 (https://github.com/nodejs/node/issues/66366).
// A v86 has 21 imports, and dies with its thread. `node bench/dead-code-stress.ts` shows the fault.
import { isMainThread } from 'node:worker_threads';
import v8 from 'node:v8';

const KEEP = '--no-wasm-code-gc';
/** V8's default. */
const FREE = '--wasm-code-gc';

/** Whether a program of these versions (`process.versions`) has the fault. */
export function freesDeadCodeTwice(versions: Readonly<Record<string, string | undefined>>): boolean {
  // they name a V8 too, and have another, or none
  if (versions['bun'] !== undefined || versions['deno'] !== undefined) return false;
  const [major = 0, minor = 0] = (versions['v8'] ?? '').split('.').map(Number);
  return (major === 12 && minor > 4) || (major === 13 && minor < 7);
}

const faulty = freesDeadCodeTwice(process.versions);
let forGood = false;

/**
 * Before v86 is made: dead code stays until the process ends, where it would be freed twice. Code of a v86 that is gone is freed all
 * the same. The flag is one for all threads; what a thread sets is never taken back while others may run. At the exit of the first
 * thread it is as it was: compiled JavaScript is kept on disk for the flags that hold then.
 */
export function keepDeadCode(): void {
  if (!faulty || forGood) return;
  forGood = true;
  v8.setFlagsFromString(KEEP);
  if (isMainThread) process.once('exit', () => v8.setFlagsFromString(FREE));
}

/** keepDeadCode() while `run` runs: for a process whose only v86 is this run's. */
export async function whileDeadCodeIsKept<T>(run: () => Promise<T>): Promise<T> {
  if (!faulty || forGood) return run();
  v8.setFlagsFromString(KEEP);
  try {
    return await run();
  } finally {
    // a run may have come between that wants it for good
    if (!(forGood as boolean)) v8.setFlagsFromString(FREE);
  }
}
