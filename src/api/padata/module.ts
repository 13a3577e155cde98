// A user's functions: given as such, or exported by a module that workers load too.
import { InputError } from '../../lib/input-error.ts';
import type { SerialWork, ThreadFn, WorkModule } from './types.ts';

/** What a leaf calls. */
export interface UserFunctions {
  readonly chunk: ThreadFn;
  readonly parallel: (object: number) => void;
  readonly serial: (object: number) => void;
}

const missing = (): void => undefined;

export function isModule(work: ThreadFn | SerialWork | WorkModule): work is WorkModule {
  return typeof work === 'object' && 'module' in work;
}

/** Functions that were given as such. */
export function functionsOf(work: ThreadFn | SerialWork): UserFunctions {
  if (typeof work === 'function') return { chunk: work, parallel: missing, serial: missing };
  return { chunk: missing, parallel: work.parallel, serial: work.serial ?? missing };
}

/**
 * The functions of a module, bound to its data; `needs` is the export that must be there.
 * @throws InputError 'hook' where it cannot be loaded or lacks the export
 */
export async function loadFunctions(
  work: WorkModule,
  needs: 'threadFn' | 'parallel',
): Promise<UserFunctions> {
  const url = String(work.module);
  const loaded: unknown = await import(url).catch((error: unknown) => {
    throw new InputError('hook', `${url}: cannot be loaded: ${firstLine(error)}`);
  });
  const exported = (name: string): ((...args: unknown[]) => unknown) | undefined => {
    const found: unknown = Object.entries(Object(loaded)).find(([key]) => key === name)?.[1];
    return typeof found === 'function' ? (...args): unknown => found(...args) : undefined;
  };
  if (exported(needs) === undefined) {
    const parameters = needs === 'threadFn' ? 'start, end, data' : 'object, data';
    throw new InputError('hook', `${url}: expected a module that exports ${needs}(${parameters})`);
  }
  const [chunk, parallel, serial] = ['threadFn', 'parallel', 'serial'].map(exported);
  return {
    chunk: (start, end) => void chunk?.(start, end, work.data),
    parallel: (object) => void parallel?.(object, work.data),
    serial: (object) => void serial?.(object, work.data),
  };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
