// One's own architecture hook, checked like a user's file: what it returns must be a number from 1.
import { InputError } from '../lib/input-error.ts';
import type { CpuId } from '../lib/units.ts';
import type { DeferredPageInitMaxThreads } from '../mm/deferred.ts';

/** The hooks that an architecture may override. */
export interface Arch {
  readonly name: string;
  readonly deferredPageInitMaxThreads: DeferredPageInitMaxThreads;
}

/**
 * An architecture for bootMachine's `arch`. Fractions are cut off as C does.
 * The hook throws InputError 'hook' where the given function returns no number from 1.
 */
export function defineArch(arch: {
  readonly name: string;
  readonly deferredPageInitMaxThreads: (nodeCpumask: readonly CpuId[]) => number;
}): Arch {
  return {
    name: arch.name,
    deferredPageInitMaxThreads: (nodeCpumask) => {
      const threads = Math.trunc(arch.deferredPageInitMaxThreads(nodeCpumask));
      if (Number.isSafeInteger(threads) && threads >= 1) return threads;
      throw new InputError(
        'hook',
        `${arch.name}: deferredPageInitMaxThreads returned ${threads} for a node of ${nodeCpumask.length} CPUs: expected a number from 1`,
      );
    },
  };
}
