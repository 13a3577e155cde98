// Loads a user's hook: a module that exports deferredPageInitMaxThreads(nodeCpumask, machine).
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '../lib/input-error.ts';
import type { DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import { guardedHook, type HookMachine, type UserHook } from './hook.ts';

const EXPORT = 'deferredPageInitMaxThreads';

function isHook(value: unknown): value is UserHook {
  return typeof value === 'function';
}

/**
 * The module's function, guarded.
 * @throws InputError 'file' where there is no such file, 'hook' where the file cannot be loaded, or does not export the function
 */
export async function loadHook(path: string, machine: HookMachine): Promise<DeferredPageInitMaxThreads> {
  // import() would read a device without end
  const { checkInputFile } = await import('../machine/import/read-input.ts');
  await checkInputFile(path, 'hook');
  const loaded: unknown = await import(pathToFileURL(resolve(path)).href).catch((error: unknown) => {
    const what = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new InputError('hook', `${path}: cannot be loaded: ${what}`);
  });
  const hook = typeof loaded === 'object' && loaded !== null && EXPORT in loaded ? loaded[EXPORT] : undefined;
  if (!isHook(hook))
    throw new InputError('hook', `${path}: expected a module that exports ${EXPORT}(nodeCpumask, machine)`);
  return guardedHook(hook, path, machine);
}
