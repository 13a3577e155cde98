// The options of every command that boots: which machine, which kernel, which CPUs; of commands with two boots also once more for each.
import { Option, type Command, type OptionValues } from '@commander-js/extra-typings';
import type { MaxThreadsHook } from '../boot/max_threads_text.ts';
import {
  appended,
  bootNumber,
  cpuCount,
  kernelAddress,
  LOG_OPTIONS,
  maxThreads,
  positiveInteger,
} from './options.ts';

/** What says which machine it is, and with which command line it boots. */
export interface MachineChoices {
  readonly cmdline?: string | undefined;
  readonly append?: string | undefined;
  readonly cpu?: string | undefined;
  readonly cpuCount?: number | undefined;
  readonly boot?: number | undefined;
  readonly initrdSize?: number | undefined;
}

/** What says how it boots. `arch` undefined is x86's. */
export interface BootChoices extends MachineChoices {
  readonly kernel?: string | undefined;
  readonly kernelAt?: number | undefined;
  readonly maxThreads?: MaxThreadsHook | undefined;
  readonly arch?: 'x86' | 'generic' | undefined;
  readonly strict?: true | undefined;
}

const GROUP = 'Machine, kernel and CPUs:';
const ABOUT = {
  kernel: 'kernel: a name or version such as 6.1, a profile, an image (vmlinuz), or a log of it',
  kernelAt: 'where KASLR or a loader put the kernel; 0x1000000 where nothing tells',
  arch: "whose deferred_page_init_max_threads: x86's, as without this, or the generic one",
  maxThreads: 'threads a node: 13, 25%, cores, or a file with your own hook',
  cmdline: "kernel command line instead of the machine's",
  append: 'more kernel parameters',
} as const;

/** Adds what says which machine it is. */
export function machineOptions<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return command
    .optionsGroup(GROUP)
    .option('--cmdline <text>', ABOUT.cmdline)
    .option('--append <text>', ABOUT.append)
    .option('--cpu <features>', LOG_OPTIONS.cpu)
    .option('--cpu-count <n>', LOG_OPTIONS.cpuCount, cpuCount)
    .option('--boot <n>', LOG_OPTIONS.boot, bootNumber)
    .option('--initrd-size <bytes>', LOG_OPTIONS.initrdSize, positiveInteger);
}

/** Adds the same, and what says how a kernel that is named otherwise boots. */
export function anyKernelOptions<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return machineOptions(command)
    .option('--kernel-at <address>', ABOUT.kernelAt, kernelAddress)
    .option('--max-threads <hook>', ABOUT.maxThreads, maxThreads)
    .addOption(new Option('--arch <hook>', ABOUT.arch).choices(['x86', 'generic'] as const))
    .option('--strict', LOG_OPTIONS.strict);
}

/** Adds all of them. */
export function bootOptions<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return anyKernelOptions(command.optionsGroup(GROUP).option('--kernel <kernel>', ABOUT.kernel));
}

/** Adds them for both boots at once, and once more for each: `--append` beside `--append-a` and `--append-b`. */
export function twoBootsOptions<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  const both = bootOptions(command);
  return oneSide(oneSide(both, 'a', 'first'), 'b', 'second');
}

function oneSide<A extends unknown[], O extends OptionValues, S extends 'a' | 'b'>(
  command: Command<A, O>,
  side: S,
  which: string,
) {
  const about = (option: string): string => `--${option} of the ${which} boot`;
  return command
    .optionsGroup(`The ${which} boot alone:`)
    .option(`--kernel-${side} <kernel>` as const, about('kernel'))
    .option(`--cmdline-${side} <text>` as const, about('cmdline'))
    .option(`--append-${side} <text>` as const, `still more kernel parameters for the ${which} boot`)
    .option(`--cpu-${side} <features>` as const, about('cpu'))
    .option(`--cpu-count-${side} <n>` as const, about('cpu-count'), cpuCount)
    .option(`--boot-${side} <n>` as const, about('boot'), bootNumber)
    .option(`--initrd-size-${side} <bytes>` as const, about('initrd-size'), positiveInteger)
    .option(`--kernel-at-${side} <address>` as const, about('kernel-at'), kernelAddress)
    .option(`--max-threads-${side} <hook>` as const, about('max-threads'), maxThreads)
    .addOption(
      new Option(`--arch-${side} <hook>` as const, about('arch')).choices(['x86', 'generic'] as const),
    );
}

type Side<S extends 'A' | 'B'> = {
  readonly [K in keyof Omit<BootChoices, 'strict'> as `${K}${S}`]?: BootChoices[K];
};

/** What is chosen for both boots, and for each. */
export type TwoBootsChoices = BootChoices & Side<'A'> & Side<'B'>;

/** What one of two boots may have for itself. */
const OF_ONE = [
  ...(['cmdline', 'append', 'cpu', 'cpuCount', 'boot', 'initrdSize'] as const),
  ...(['kernelAt', 'maxThreads', 'arch', 'kernel'] as const),
] as const satisfies readonly (keyof BootChoices)[];
const NAMES = [...OF_ONE, 'strict'] as const satisfies readonly (keyof BootChoices)[];

/** Each of them as `valueOf` has it. */
function choicesBy(valueOf: (name: (typeof OF_ONE)[number]) => BootChoices[keyof BootChoices]): BootChoices {
  return Object.fromEntries(OF_ONE.map((name) => [name, valueOf(name)] as const)) as BootChoices;
}

/** What the options that end in -a or -b say. */
function ownChoices(options: TwoBootsChoices, side: 'A' | 'B'): BootChoices {
  return choicesBy((name) => options[`${name}${side}`]);
}

/** What is chosen for one of two boots: its own option goes before that for both; parameters of both are appended. */
export function choicesOf(options: TwoBootsChoices, side: 'a' | 'b'): BootChoices {
  const own = ownChoices(options, side === 'a' ? 'A' : 'B');
  const append = appended(options.append ?? '', own.append);
  const chosen = choicesBy((name) => own[name] ?? options[name]);
  return { ...chosen, append: append === '' ? undefined : append, strict: options.strict };
}

/** Whether something is said of one of two boots alone: then there are two, of one machine as well. */
export function saysTwo(options: TwoBootsChoices): boolean {
  return namesOf(ownChoices(options, 'A')).length + namesOf(ownChoices(options, 'B')).length > 0;
}

/** The choices that were made, as options: `--append`. */
export function namesOf(choices: BootChoices): string[] {
  const made = NAMES.filter((name) => choices[name] !== undefined);
  return made.map((name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
}
