// Completion for zsh: _arguments and _describe, with what each command and option is for.
import type { CompletionCommand, CompletionOption } from './tree.ts';

/** A script for a folder of $fpath, as `_earlyboot`, or for eval. */
export function zshCompletion(program: string, commands: readonly CompletionCommand[]): string {
  const list = commands.map(({ name, about }) => `    ${quoted(`${name}:${colons(about)}`)}`).join('\n');
  const mixed = mixedValues(program, commands);
  return `#compdef ${program}
# zsh completion for ${program}: put it into a folder of $fpath as _${program}, or eval it
${[...mixed].map(([words, name]) => wordsOrFiles(name, words)).join('')}_${program}() {
  local -a commands
  commands=(
${list}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
${commands.map((command) => commandCase(program, command, mixed)).join('\n')}
  esac
}
if [ "$funcstack[1]" = "_${program}" ]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;
}

function commandCase(program: string, command: CompletionCommand, mixed: Mixed): string {
  const all = [command, ...command.subcommands];
  const specs = [...new Set(all.flatMap((c) => c.options).flatMap((option) => optionSpecs(option, mixed)))];
  const { define, action } = argumentAction(program, command);
  const last = action === '' ? [] : [quoted(`*:argument:${action}`)];
  const lines = [...specs, ...last].map((spec) => `        ${spec}`);
  return `    ${command.name})
${define}      shift words; (( CURRENT-- ))
      _arguments -s \\
${lines.join(' \\\n')}
      ;;`;
}

/** What completes an argument: a list, files, or a function that offers both. */
function argumentAction(program: string, command: CompletionCommand): { define: string; action: string } {
  const words = [...command.words, ...command.subcommands.map((sub) => sub.name)].join(' ');
  const files = [command, ...command.subcommands].some((c) => c.files);
  if (words === '') return { define: '', action: files ? '_files' : '' };
  if (!files) return { define: '', action: `(${words})` };
  const name = `_${program}_${command.name.replaceAll('-', '_')}`;
  // the function leaves its own arguments aside: _arguments passes options of compadd
  return { define: `      ${wordsOrFiles(name, words)}`, action: name };
}

/** Functions by the words that they offer beside files. */
type Mixed = ReadonlyMap<string, string>;

/** Of values that are a name or a file, such as a kernel's. */
function mixedValues(program: string, commands: readonly CompletionCommand[]): Mixed {
  const options = commands.flatMap((command) => [command, ...command.subcommands]).flatMap((c) => c.options);
  const words = options.filter((o) => o.file && o.choices.length > 0).map((o) => o.choices.join(' '));
  return new Map([...new Set(words)].map((list, i) => [list, `_${program}_value_${i}`]));
}

const wordsOrFiles = (name: string, words: string): string =>
  `${name}() { _alternative 'words:word:(${words})' 'files:file:_files' }\n`;

function optionSpecs(option: CompletionOption, mixed: Mixed): string[] {
  const words = option.choices.join(' ');
  const action =
    words === '' ? (option.file ? '_files' : '') : option.file ? (mixed.get(words) ?? '') : `(${words})`;
  const value = option.value ? `:value:${action}` : '';
  return option.flags.map((flag) => quoted(`${flag}[${brackets(option.about)}]${value}`));
}

const colons = (text: string): string => text.replaceAll(':', '\\:');
const brackets = (text: string): string =>
  text.replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', '\\:');
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
