// Finds the command, runs it, and turns what it throws into one line and an exit status: 0 fine, 1 the model or a check
// failed, 2 bad input. Only the command that runs is imported: start-up is part of every boot's time.
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { Command, CommanderError } from 'commander';
import { Bug } from '../lib/bug.ts';
import { Failure } from '../lib/failure.ts';
import { InputError } from '../lib/input-error.ts';
import type { CommandEntry } from './command-entry.ts';
import { COMMANDS } from './commands.ts';
import type { CliIo } from './io.ts';
import { NO_PAGER } from './pager-option.ts';

const OK = 0;
const FAILED = 1;
const BAD_INPUT = 2;

/** Runs `earlyboot ARGV` and returns its exit status. Nothing is thrown but what the streams themselves throw. */
export async function runCli(argv: readonly string[], io: CliIo, version: string): Promise<number> {
  let failed = false;
  // help is written for wide terminals; nothing else is printed with it
  const isHelp = argv.length === 0 || argv[0] === 'help' || argv.some((text) => /^(-h|--help)$/.test(text));
  const fit = isHelp ? (await import('../text/wrap.ts')).reflowed : null;
  const inner: CliIo = {
    ...io,
    ...(fit && { stdout: (text: string) => io.stdout(fit(text, io.columns)) }),
    setFailed: () => {
      failed = true;
      io.setFailed();
    },
  };
  try {
    const [name, ...rest] = argv;
    const of = name === 'help' ? rest[0] : undefined;
    if (of !== undefined && !of.startsWith('-')) await runCommand(await entryNamed(of), ['--help'], inner);
    else if (name === undefined || name === 'help' || name.startsWith('-')) return top(argv, inner, version);
    else await runCommand(await entryNamed(name), rest, inner);
  } catch (error) {
    return report(error, io.stderr);
  }
  return failed ? FAILED : OK;
}

/** @throws InputError 'usage' for a command that there is not */
async function entryNamed(name: string): Promise<CommandEntry> {
  const entry = COMMANDS.find((command) => command.name === name);
  if (entry) return entry;
  const { didYouMean } = await import('../machine/closest.ts');
  const names = [...COMMANDS.map((command) => command.name), 'help'];
  throw new InputError(
    'usage',
    `unknown command "${name}"${didYouMean(name, names)} (earlyboot --help lists them)`,
  );
}

async function runCommand(entry: CommandEntry, argv: readonly string[], io: CliIo): Promise<void> {
  const command = (await entry.load())(io, COMMANDS);
  connect(command, io).name(`earlyboot ${entry.name}`);
  for (const sub of command.commands) connect(sub, io);
  await command.parseAsync([...argv], { from: 'user' });
}

/** commander writes through `io`, throws instead of exiting, and leaves errors to report(). */
function connect(command: Command | CommandUnknownOpts, io: CliIo): Command | CommandUnknownOpts {
  return command.exitOverride().configureOutput({
    writeOut: io.stdout,
    writeErr: io.stderr,
    outputError: () => undefined,
    getOutHelpWidth: () => io.columns,
    getErrHelpWidth: () => io.columns,
  });
}

function top(argv: readonly string[], io: CliIo, version: string): number {
  const program = new Command('earlyboot')
    .description('The first second of a Linux boot: predicts the kernel log and the memory map of a machine.')
    .usage('COMMAND [options]')
    .version(version, '-V, --version', 'print the version')
    .option(NO_PAGER, 'print long answers without a pager (EARLYBOOT_PAGER, PAGER, less)')
    .helpOption('-h, --help', 'print help')
    .addHelpText('after', EXAMPLES);
  connect(program, io);
  for (const { name, summary } of COMMANDS) program.command(name).description(summary);
  if (argv.length === 0 || argv[0] === 'help') {
    program.outputHelp();
    return argv.length === 0 ? BAD_INPUT : OK;
  }
  program.parse([...argv], { from: 'user' });
  return OK;
}

const EXAMPLES = `
Examples:
  earlyboot boot skylake-768g --summary     boot a built-in machine
  earlyboot boot dmesg.txt                  boot the machine that printed this kernel log
  earlyboot help COMMAND                    what a command does, its options, an example`;

/** commander's complaint, with what it takes to be meant, as ours are. */
function oneLine({ message }: CommanderError): string {
  return message.replace(/^error: /, '').replace(/\n\(Did you mean (.{1,200})\?\)$/, ': did you mean $1?');
}

/** Prints what ended the run; returns the exit status. */
export function report(error: unknown, stderr: (text: string) => void): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return OK;
    stderr(`earlyboot: ${oneLine(error)}\n`);
    return BAD_INPUT;
  }
  if (error instanceof InputError) {
    for (const line of error.message.split('\n')) stderr(`earlyboot: ${line}\n`);
    return BAD_INPUT;
  }
  if (error instanceof Failure) {
    stderr(`earlyboot: ${error.message}\n`);
    return FAILED;
  }
  if (error instanceof Bug) {
    const history = error.history.map((line) => `  ${line}\n`).join('');
    stderr(`earlyboot: BUG: ${error.message}\n${history}${error.stack ?? ''}\n`);
    return FAILED;
  }
  stderr(
    `earlyboot: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return FAILED;
}
