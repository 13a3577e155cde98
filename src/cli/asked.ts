// What the options ask for: the machine that boots, and how.
import { resolve } from 'node:path';
import { DEFAULT_BOOT, type BootOptions } from '../boot/machine.ts';
import type { MaxThreadsHook } from '../boot/max_threads_text.ts';
import type { MachineSpec } from '../machine/spec.ts';
import type { BootChoices, MachineChoices } from './boot-options.ts';
import type { CliIo } from './io.ts';
import { resolveMachine } from './machine.ts';
import { appended } from './options.ts';

/** A machine with the command line that it boots with, and how it boots. */
export interface Asked {
  readonly machine: MachineSpec;
  readonly boot: BootOptions;
}

/**
 * The machine that `argument` names, with the command line that was asked for.
 * @throws InputError with one line that says what is wrong
 */
export async function askedMachine(
  io: CliIo,
  argument: string,
  choices: MachineChoices,
  text?: string,
): Promise<MachineSpec> {
  const { cpu, cpuCount, boot, initrdSize, cmdline, append } = choices;
  const spec = await resolveMachine(io, argument, { cpu, cpuCount, boot, initrdSize, text });
  const told = cmdline === undefined ? spec : withCmdline(spec, cmdline);
  return { ...told, cmdline: appended(told.cmdline, append) };
}

/** A command line that is told is not assumed. */
function withCmdline(spec: MachineSpec, cmdline: string): MachineSpec {
  return { ...spec, cmdline, assumed: spec.assumed?.filter(({ fact }) => fact !== 'machine.cmdline') };
}

/** As askedMachine(), with the boot that was asked for. `text` is what the file holds, where it has been read. */
export async function askedBoot(
  io: CliIo,
  argument: string,
  choices: BootChoices,
  text?: string,
): Promise<Asked> {
  const machine = await askedMachine(io, argument, choices, text);
  return { machine, boot: bootOf(io, machine, choices) };
}

/** How `machine` boots. */
export function bootOf(io: CliIo, machine: MachineSpec, choices: BootChoices): BootOptions {
  const { kernel = null, kernelAt, arch = 'x86', maxThreads, strict } = choices;
  const threads = maxThreads === undefined ? null : inCwd(io, maxThreads);
  return { ...DEFAULT_BOOT, cmdline: machine.cmdline, kernel, kernelAt, arch, maxThreads: threads, strict };
}

/** A hook's file is relative to where the command line runs. */
function inCwd(io: CliIo, hook: MaxThreadsHook): MaxThreadsHook {
  return hook.kind === 'file' ? { ...hook, path: resolve(io.cwd, hook.path) } : hook;
}
