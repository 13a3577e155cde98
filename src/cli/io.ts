// What a command may touch of the world: two streams, the terminal's facts, the environment and an exit status.
// Commands get it handed in, so tests run them without spawning a process.

export interface CliIo {
  /** The result: a kernel log, a table, JSON. On a terminal, control characters in it become visible. */
  readonly stdout: (text: string) => void;
  /** Progress, warnings, errors; the same. */
  readonly stderr: (text: string) => void;
  /** Text with our own colours in it; names from outside in it have been through printable(). */
  readonly styledStdout: (text: string) => void;
  /** A line that renews itself; the same. */
  readonly styledStderr: (text: string) => void;
  readonly stdoutIsTTY: boolean;
  readonly stderrIsTTY: boolean;
  /** Width of the terminal; 80 where stdout is none. */
  readonly columns: number;
  /** ANSI colours on stdout: a terminal, and neither NO_COLOR nor TERM=dumb; or FORCE_COLOR. */
  readonly color: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths are relative to this. */
  readonly cwd: string;
  /** Host time in milliseconds, monotonic. */
  readonly now: () => number;
  /** Called before the first machine is booted: the process's own chance to prepare; left out where it is not the command line's. */
  readonly beforeBoots?: (() => Promise<void>) | undefined;
  /** The model or a check failed: the process exits with 1 once the command is done. Bad input throws InputError (2). */
  readonly setFailed: () => void;
}

/** A result on stdout, JSON with two blanks of indent and a final newline. bigint values print as decimal strings. */
export function printJson(io: CliIo, value: unknown): void {
  io.stdout(toJson(value));
}

/** JSON text as every command prints and writes it. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? item.toString() : item), 2);
  return `${text}\n`;
}

/** A warning on stderr, one line. */
export function warn(io: CliIo, text: string): void {
  io.stderr(`earlyboot: warning: ${text}\n`);
}
