// Completion for fish: one `complete` line for each command, option and list of words.
import type { CompletionCommand, CompletionOption } from './tree.ts';

/** A script for ~/.config/fish/completions/, or for `source`. */
export function fishCompletion(program: string, commands: readonly CompletionCommand[]): string {
  const lines = [
    `# fish completion for ${program}: put it into ~/.config/fish/completions/${program}.fish`,
    `complete -c ${program} -f`,
    ...commands.map(
      ({ name, about }) => `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quoted(about)}`,
    ),
    ...commands.flatMap((command) => commandLines(program, command)),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines(program: string, command: CompletionCommand): string[] {
  const all = [command, ...command.subcommands];
  const start = `complete -c ${program} -n '__fish_seen_subcommand_from ${command.name}'`;
  const words = [...command.words, ...command.subcommands.map((sub) => sub.name)];
  return [
    ...[...new Set(all.flatMap((c) => c.options).map(optionArguments))].map((rest) => `${start} ${rest}`),
    ...(words.length > 0 ? [`${start} -a ${quoted(words.join(' '))}`] : []),
    ...(all.some((c) => c.files) ? [`${start} -F`] : []),
  ];
}

function optionArguments(option: CompletionOption): string {
  const flags = option.flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const value = option.value ? (option.file ? ' -r -F' : ' -x') : '';
  const choices = option.choices.length > 0 ? ` -a ${quoted(option.choices.join(' '))}` : '';
  return `${flags.join(' ')}${value}${choices} -d ${quoted(option.about)}`;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
