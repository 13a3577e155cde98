// Completion for zsh: _arguments and _describe, with what each command and option is for.
import type { CompletionCommand, CompletionOption } from './tree.ts';

/** A script for a folder of $fpath, as `_earlyboot`, or for eval. */
export function zshCompletion(program: string, commands: readonly CompletionCommand[]): string {
  const list = commands.map(({ name, about }) => `    ${quoted(`${name}:${colons(about)}`)}`).join('\n');
  return `#compdef ${program}
# zsh completion for ${program}: put it into a folder of $fpath as _${program}, or eval it
_${program}() {
  local -a commands
  commands=(
${list}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
${commands.map((command) => commandCase(program, command)).join('\n')}
  esac
}
if [ "$funcstack[1]" = "_${program}" ]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;
}

function commandCase(program: string, command: CompletionCommand): string {
  const all = [command, ...command.subcommands];
  const specs = [...new Set(all.flatMap((c) => c.options).flatMap(optionSpecs))];
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
  const define = `      ${name}() { _alternative 'words:word:(${words})' 'files:file:_files' }\n`;
  return { define, action: name };
}

function optionSpecs(option: CompletionOption): string[] {
  const action = option.choices.length > 0 ? `(${option.choices.join(' ')})` : option.file ? '_files' : '';
  const value = option.value ? `:value:${action}` : '';
  return option.flags.map((flag) => quoted(`${flag}[${brackets(option.about)}]${value}`));
}

const colons = (text: string): string => text.replaceAll(':', '\\:');
const brackets = (text: string): string =>
  text.replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', '\\:');
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
