// How this process compiles v86 for a machine's discovery: without V8's optimiser. The payload runs some 10,000 guest
// instructions; optimising for them takes longer than all the rest of a boot, and the process cannot end before it is through.
import v8 from 'node:v8';
import { whileDeadCodeIsKept } from '../board/dead-code.ts';
import { aroundBoardRuns } from '../board/node.ts';

/** V8's flags while the board is compiled and runs: functions are compiled one by one at their first call, for what is set then. */
const BASELINE = ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering', '--wasm-lazy-validation'];
/** Its defaults. Whatever is loaded later, and Node's compile cache, which is for the flags it finds, go on with them. */
const DEFAULTS = ['--wasm-tier-up', '--wasm-dynamic-tiering', '--no-wasm-lazy-validation'];

const set = (flags: readonly string[]): void => flags.forEach((flag) => v8.setFlagsFromString(flag));

/**
 * For the command line's own process alone: flags hold for every thread of it. Emulated CPUs compile their own v86, after the flags
 * are back.
 */
export function compileBoardQuickly(): void {
  aroundBoardRuns((run) =>
    whileDeadCodeIsKept(async () => {
      set(BASELINE);
      try {
        return await run();
      } finally {
        set(DEFAULTS);
      }
    }),
  );
}
