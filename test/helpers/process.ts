// The command line as a process of its own, where streams, signals and files of the system matter.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ROOT } from './sources.ts';

/** `earlyboot` for a shell; what follows are its arguments. */
export const EARLYBOOT = `'${process.execPath}' '${join(ROOT, 'src/cli/main.ts')}'`;

export interface ShellResult {
  /** As a shell shows it: 128 and the signal's number where that ended it. */
  readonly status: number | null;
  readonly stdout: string;
  /** Without lines about progress: a busy host makes them. */
  readonly stderr: string;
}

/** Runs a line of shell in `cwd`; nothing is on stdin unless `input` says so. */
export function shell(line: string, cwd: string, input = ''): ShellResult {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], { cwd, input, encoding: 'utf8' });
  return { status, stdout, stderr: stderr.replace(/^earlyboot: booting .*\n/gm, '') };
}

/** Whether the shell finds a command. */
export function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

/** A running `earlyboot ARGV`. */
export function start(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [join(ROOT, 'src/cli/main.ts'), ...argv], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Running(child);
}

export class Running {
  readonly child: ChildProcess;
  stderr = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.resume();
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  /** Until stderr holds `text`. */
  async says(text: string): Promise<void> {
    while (!this.stderr.includes(text)) await once(this.child.stderr ?? this.child, 'data');
  }

  /** Until it has computed for so long: for commands that say nothing of themselves. */
  async computes(seconds: number): Promise<void> {
    const ticksPerSecond = 100;
    const used = (): number => {
      const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return Number(fields[11]) + Number(fields[12]);
    };
    while (used() < seconds * ticksPerSecond) await setTimeout(20);
  }

  /** Sends `signal` and waits for the end: the signal that it died of, or its exit status. */
  async ends(signal: NodeJS.Signals): Promise<NodeJS.Signals | number | null> {
    const end = once(this.child, 'close');
    this.child.kill(signal);
    const [status, died] = (await end) as [number | null, NodeJS.Signals | null];
    return died ?? status;
  }
}
