// The command tree as completion needs it: names, options with their choices, what arguments are.
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

export interface CompletionOption {
  /** `--json`, `-o`: every spelling. */
  readonly flags: readonly string[];
  readonly about: string;
  /** It wants a value. */
  readonly value: boolean;
  /** The values, where they are a list. */
  readonly choices: readonly string[];
  /** The value is a file. */
  readonly file: boolean;
}

export interface CompletionCommand {
  readonly name: string;
  readonly about: string;
  readonly options: readonly CompletionOption[];
  readonly subcommands: readonly CompletionCommand[];
  /** Words that the first argument may be, built-in machines among them. */
  readonly words: readonly string[];
  /** Arguments may be files. */
  readonly files: boolean;
}

/** What a commander command offers. `machines` are completed where an argument takes one. */
export function describeCommand(
  command: CommandUnknownOpts,
  name: string,
  about: string,
  machines: readonly string[],
): CompletionCommand {
  const args = command.registeredArguments;
  const takesMachine = args.some((arg) => /built-in/.test(`${arg.name()} ${arg.description}`));
  const choices = args[0]?.argChoices ?? [];
  const listed = command.options.filter((option) => !option.hidden);
  return {
    name,
    about,
    options: [
      ...listed.map((option): CompletionOption => ({
        flags: [option.long, option.short].flatMap((flag) => flag ?? []),
        about: option.description,
        value: option.required || option.optional,
        choices: option.argChoices ?? [],
        file: /<file>|\[file\]/i.test(option.flags),
      })),
      { flags: ['--help', '-h'], about: 'print help', value: false, choices: [], file: false },
    ],
    subcommands: command.commands.map((sub) => describeCommand(sub, sub.name(), sub.description(), machines)),
    words: takesMachine ? [...choices, ...machines] : choices,
    files: args.some((arg) => /file|folder|log|description|record|capture/.test(arg.description)),
  };
}
