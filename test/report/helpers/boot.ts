// Real records for pictures and traces: machines and captures booted on simulated CPUs.
import { bootMachine, DEFAULT_BOOT } from '../../../src/boot/machine.ts';
import { resolveMachine } from '../../../src/cli/machine.ts';
import type { RunRecord } from '../../../src/init/record.ts';
import { captures } from '../../helpers/captures.ts';

const IO = {
  stdout: () => undefined,
  stderr: () => undefined,
  styledStdout: () => undefined,
  styledStderr: () => undefined,
  stdoutIsTTY: false,
  stderrIsTTY: false,
  columns: 80,
  color: false,
  env: {},
  cwd: process.cwd(),
  now: () => 0,
  setFailed: () => undefined,
};

/** The record of a built-in machine or of a 6.1 capture; `threads` a node where it is given. */
export async function bootNamed(name: string, threads?: number): Promise<RunRecord> {
  const capture = captures('6.1').find((c) => c.name === name);
  const machine = await resolveMachine(IO, capture?.path ?? name);
  const maxThreads = threads === undefined ? null : () => threads;
  return bootMachine(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline, maxThreads });
}
