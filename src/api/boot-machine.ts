// bootMachine: the library's one call that does everything the command line's `boot` does.
import type { BootRun } from '../boot/finish.ts';
import { DEFAULT_BOOT, runMachine } from '../boot/machine.ts';
import type { CpuKind } from '../init/record.ts';
import type { LogLine } from '../kernel/printk.ts';
import { InputError } from '../lib/input-error.ts';
import { resolveMachineName } from '../machine/resolve.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { machineWithCpuOption } from '../machine/spec/cpu-option.ts';
import type { MachineDescription } from '../machine/spec/description.ts';
import type { DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import { memmapRuns } from '../mm/memmap/runs.ts';
import { parseMaxThreads } from '../boot/max_threads_text.ts';
import type { Arch } from './arch.ts';
import type { KernelName, MachineName } from './names.ts';
import {
  checkOptions,
  either,
  FLAG,
  FUNCTION,
  oneOf,
  SEED,
  SIGNAL,
  TEXT,
  type OptionRules,
} from './options.ts';
import { Boot } from './boot.ts';
import { structPage } from './struct-page.ts';

/** A built-in name or a path, a description as one writes it in YAML, or a machine that was resolved before. */
export type Machine = MachineName | MachineDescription | MachineSpec;

/** What a boot may have besides its machine; all of it is optional. */
export interface BootMachineOptions {
  /** Kernel profile: `6.1`, `6.12`, … or the path of a profile file. The machine's own kernel, else 6.1. */
  readonly kernel?: KernelName;
  /** Whose hook decides the threads of a node: x86's (all CPUs of the node), the generic one (1), or one's own. */
  readonly arch?: 'x86' | 'generic' | Arch;
  /** Threads a node instead of the architecture's: a number, `'25%'`, `'cores'`, a module's path, or a function of the node's CPUs. */
  readonly maxThreads?: number | string | DeferredPageInitMaxThreads;
  /** The kernel command line instead of the machine's. */
  readonly cmdline?: string;
  /** More kernel parameters. */
  readonly append?: string;
  /** What runs the kernel threads; `simulated` where it is left out. */
  readonly cpus?: CpuKind;
  /** CPU features that differ from the machine's, as `--cpu` takes them: `la57=off`. */
  readonly cpu?: string;
  /** Path of a BIOS image to boot the payload under. */
  readonly bios?: string;
  /** Refuses to boot where a fact would be assumed that nobody told: InputError of kind `assumed`. */
  readonly strict?: boolean;
  /** Seed of the simulated CPUs. */
  readonly seed?: number;
  /** Ends the boot where it is: workers, timers and files with it. */
  readonly signal?: AbortSignal;
  /** Called for each log line as the kernel prints it. */
  readonly onLine?: ((line: LogLine) => void) | undefined;
}

const RULES: OptionRules<BootMachineOptions> = {
  kernel: TEXT,
  arch: either(oneOf('x86', 'generic'), {
    expected: 'what defineArch() returns',
    holds: (value) => typeof value === 'object' && value !== null && 'deferredPageInitMaxThreads' in value,
  }),
  maxThreads: {
    expected: "a whole number from 1, a text such as '25%', or a function",
    holds: (value) => ['number', 'string', 'function'].includes(typeof value),
  },
  cmdline: TEXT,
  append: TEXT,
  cpus: oneOf('simulated', 'threads', 'emulated'),
  cpu: TEXT,
  bios: TEXT,
  seed: SEED,
  signal: SIGNAL,
  strict: FLAG,
  onLine: FUNCTION,
};

/** Whether a machine is resolved already. */
function isSpec(machine: MachineDescription | MachineSpec): machine is MachineSpec {
  return 'origin' in machine;
}

/** The machine in full; what an import had to assume is in its `assumed`. @throws InputError */
export async function resolveMachine(machine: Machine): Promise<MachineSpec> {
  if (typeof machine === 'string') return resolveMachineName(machine, process.cwd());
  if (typeof machine !== 'object' || machine === null)
    throw new InputError('usage', `machine ${String(machine)}: expected a name, a path or a description`);
  if (isSpec(machine)) return machine;
  const { loadDescription } = await import('../machine/spec/load.ts');
  const { readInput } = await import('../machine/import/read-input.ts');
  return loadDescription(JSON.stringify(machine), machine.name, (file) => readInput(file, 'table'));
}

/**
 * Boots a machine and answers questions about it.
 * @throws InputError where the machine, an option or the host does not allow it: `kind` tells which
 * @throws Bug where the model contradicts itself
 * @throws the signal's reason where it was aborted
 */
export async function bootMachine(machine: Machine, options: BootMachineOptions = {}): Promise<Boot> {
  checkOptions('bootMachine', options, RULES);
  options.signal?.throwIfAborted();
  const resolved = await resolveMachine(machine);
  const spec = options.cpu === undefined ? resolved : machineWithCpuOption(resolved, options.cpu);
  const cmdline = [options.cmdline ?? spec.cmdline, options.append ?? ''].filter((t) => t !== '').join(' ');
  const { arch } = options;
  const run = await runMachine(spec, {
    ...DEFAULT_BOOT,
    kernel: options.kernel ?? null,
    arch: arch === 'generic' ? 'generic' : 'x86',
    maxThreads: maxThreadsOf(options),
    cmdline,
    bios: options.bios ?? null,
    strict: options.strict,
    seed: options.seed ?? null,
    cpus: options.cpus ?? 'simulated',
    signal: options.signal,
    onLine: onLineOf(options),
  });
  options.signal?.throwIfAborted();
  return bootOf(run);
}

/** Boot looks at the signal with each line that it prints, so that what runs without a pause can be ended too. */
function onLineOf({ signal, onLine }: BootMachineOptions): BootMachineOptions['onLine'] {
  if (signal === undefined) return onLine;
  return (line) => {
    signal.throwIfAborted();
    onLine?.(line);
  };
}

function maxThreadsOf({ maxThreads, arch }: BootMachineOptions) {
  if (maxThreads === undefined) return typeof arch === 'object' ? arch.deferredPageInitMaxThreads : null;
  if (typeof maxThreads === 'function') return maxThreads;
  if (typeof maxThreads === 'string') return parseMaxThreads(maxThreads);
  if (!Number.isSafeInteger(maxThreads) || maxThreads < 1)
    throw new InputError('usage', `maxThreads ${maxThreads}: expected a whole number from 1`);
  return { kind: 'count' as const, count: maxThreads };
}

function bootOf({ record, memmap }: BootRun): Boot {
  let held = memmap;
  return new Boot(record, {
    page: (pfn) => (held === null ? null : structPage(held, pfn)),
    memmapRuns: () => (held === null ? null : memmapRuns(held)),
    dispose: async () => {
      held = null;
    },
  });
}
