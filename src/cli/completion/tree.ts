// The command tree as completion needs it: names, options with their choices, what arguments are.
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

export interface CompletionOption {
  /** `--json`, `-o`: every spelling. */
  readonly flags: readonly string[];
  readonly about: string;
  /** It wants a value. */
  readonly value: boolean;
  /** The values, where they are a list, or those that have names. */
  readonly choices: readonly string[];
  /** The value is a file, or may be one. */
  readonly file: boolean;
}

export interface CompletionCommand {
  readonly name: string;
  readonly about: string;
  readonly options: readonly CompletionOption[];
  readonly subcommands: readonly CompletionCommand[];
  /** Words that an argument may be: built-in machines, kernels, scenarios. */
  readonly words: readonly string[];
  /** Arguments may be files. */
  readonly files: boolean;
}

/** What has names of its own, by the word in an argument's or a value's description that says it takes one. */
export interface Names {
  readonly machines: readonly string[];
  readonly kernels: readonly string[];
  readonly scenarios: readonly string[];
}

/** What a commander command offers; arguments and values that take a machine, a kernel or a scenario are completed with their names. */
export function describeCommand(
  command: CommandUnknownOpts,
  name: string,
  about: string,
  names: Names,
): CompletionCommand {
  const args = command.registeredArguments;
  const described = args.map((arg) => `${arg.name()} ${arg.description}`);
  const choices = args[0]?.argChoices ?? [];
  const words = [...choices, ...new Set(described.flatMap((text) => namesFor(text, names)))];
  const listed = command.options.filter((option) => !option.hidden);
  return {
    name,
    about,
    options: [
      ...listed.map((option): CompletionOption => ({
        flags: [option.long, option.short].flatMap((flag) => flag ?? []),
        about: option.description,
        value: option.required || option.optional,
        choices: option.argChoices ?? (KERNEL.test(option.flags) ? names.kernels : []),
        file: FILE.test(option.flags) && option.argChoices === undefined,
      })),
      { flags: ['--help', '-h'], about: 'print help', value: false, choices: [], file: false },
    ],
    subcommands: command.commands.map((sub) => describeCommand(sub, sub.name(), sub.description(), names)),
    words,
    files: described.some((text) =>
      /file|folder|log|description|record|capture|image|machine as boot/.test(text),
    ),
  };
}

/** A value that is a kernel by its name. */
const KERNEL = /<(?:kernel|version|profile)>/;
/** A value that is a file, or may be one. */
const FILE = /<file|\[file|<kernel>|<hook>|<vmlinuz>|<bzimage>/i;

/** The names that an argument takes, by what its description says. */
function namesFor(text: string, { machines, kernels, scenarios }: Names): readonly string[] {
  if (/built-in name, version/.test(text)) return kernels;
  return [
    ...(/built-in (?:machine|name)|machine as boot/.test(text) ? machines : []),
    ...(/scenario/.test(text) ? scenarios : []),
  ];
}
