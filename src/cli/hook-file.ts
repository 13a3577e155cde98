// A user's deferredPageInitMaxThreads, loaded from a TypeScript or JavaScript file.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '../lib/input-error.ts';
import type { DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import {
  guardedHook,
  hookFor,
  type HookMachine,
  type MaxThreadsHook,
  type UserHook,
} from '../predict/hook.ts';
import type { CliIo } from './io.ts';

const EXPORT = 'deferredPageInitMaxThreads';

/**
 * The hook that `--max-threads` names, for this machine.
 * @throws InputError 'hook' where the file cannot be loaded or exports no such function
 */
export async function loadHook(
  io: CliIo,
  hook: MaxThreadsHook,
  machine: HookMachine,
): Promise<DeferredPageInitMaxThreads> {
  if (hook.kind !== 'file') return hookFor(hook, machine.coreOfCpu);
  let module: unknown;
  try {
    module = await import(pathToFileURL(resolve(io.cwd, hook.path)).href);
  } catch (error) {
    const what = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new InputError('hook', `${hook.path}: cannot be loaded: ${what}`);
  }
  return guardedHook(exportedHook(module, hook.path), hook.path, machine);
}

function exportedHook(module: unknown, path: string): UserHook {
  const found: unknown =
    typeof module === 'object' && module !== null && EXPORT in module ? module[EXPORT] : undefined;
  if (typeof found === 'function') return (cpus, machine): unknown => found(cpus, machine);
  throw new InputError('hook', `${path}: exports no function ${EXPORT}(nodeCpumask, machine)`);
}
