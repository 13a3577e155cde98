// earlyboot completion: a script that teaches the shell our commands and options, made from the commands themselves.
import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { KERNEL_NAMES } from '../kernels/named.ts';
import { BUILTIN_NAMES } from '../machine/builtin/list.ts';
import { allScenarios } from '../scenarios/catalogue.ts';
import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { describeCommand, type CompletionCommand } from './completion/tree.ts';
import { zshCompletion } from './completion/zsh.ts';
import type { CommandEntry } from './command-entry.ts';
import type { CliIo } from './io.ts';

const PROGRAM = 'earlyboot';
const SHELLS = ['bash', 'zsh', 'fish'] as const;
const WRITERS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

const HELP = `
Examples:
  source <(earlyboot completion bash)
  earlyboot completion zsh > ~/.zfunc/_earlyboot
  earlyboot completion fish > ~/.config/fish/completions/earlyboot.fish`;

/** `completion bash|zsh|fish` */
export function completionCommand(io: CliIo, all: readonly CommandEntry[]): CommandUnknownOpts {
  return new Command()
    .description('Prints a completion script for a shell.')
    .addArgument(new Argument('<shell>', 'whose completion').choices(SHELLS))
    .addHelpText('after', HELP)
    .action(async (shell) => {
      io.stdout(WRITERS[shell](PROGRAM, await commandTree(io, all)));
    });
}

/** Every command with its options, loaded for the purpose. */
async function commandTree(io: CliIo, all: readonly CommandEntry[]): Promise<CompletionCommand[]> {
  const names = {
    machines: BUILTIN_NAMES,
    kernels: KERNEL_NAMES,
    scenarios: allScenarios().map(({ name }) => name),
  };
  const commands = await Promise.all(
    all.map(async ({ name, summary, load }) =>
      describeCommand((await load())(io, all), name, summary, names),
    ),
  );
  return [...commands, helpOf(all.map(({ name }) => name))];
}

/** `earlyboot help COMMAND` is none of the commands. */
function helpOf(words: readonly string[]): CompletionCommand {
  return {
    name: 'help',
    about: 'print help of a command',
    options: [],
    subcommands: [],
    words,
    files: false,
  };
}
