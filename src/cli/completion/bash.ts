// Completion for bash: one function that knows the commands; words and files by command, values by option.
import type { CompletionCommand, CompletionOption } from './tree.ts';

/** A script for `source` or /etc/bash_completion.d. */
export function bashCompletion(program: string, commands: readonly CompletionCommand[]): string {
  const names = commands.map((command) => command.name).join(' ');
  return `# bash completion for ${program}: source it, or put it into ~/.local/share/bash-completion/completions/${program}
_${program}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names} --help --version" -- "$cur"))
    return
  fi
  case "$command" in
${commands.map(commandCase).join('\n')}
  esac
}
complete -o bashdefault -F _${program} ${program}
`;
}

function commandCase(command: CompletionCommand): string {
  const all = [command, ...command.subcommands];
  const options = [...new Set(all.flatMap((c) => c.options))];
  const valued = options.filter((option) => option.value);
  const flags = [...new Set(options.flatMap((option) => option.flags))].join(' ');
  const words = [...command.words, ...command.subcommands.flatMap((sub) => [sub.name, ...sub.words])].join(
    ' ',
  );
  const files = all.some((c) => c.files)
    ? '\n      compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "$cur"))'
    : '';
  const values =
    valued.length === 0 ? '' : `      case "$prev" in\n${valued.map(valueCase).join('\n')}\n      esac\n`;
  return `    ${command.name})
${values}      if [[ "$cur" == -* ]]; then COMPREPLY=($(compgen -W "${flags}" -- "$cur")); return; fi
      COMPREPLY=($(compgen -W "${words}" -- "$cur"))${files}
      ;;`;
}

function valueCase(option: CompletionOption): string {
  const names = option.flags.join('|');
  const choices =
    option.choices.length > 0 ? ` COMPREPLY=($(compgen -W "${option.choices.join(' ')}" -- "$cur"));` : '';
  const files = option.file ? ' compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "$cur"));' : '';
  return `        ${names})${choices}${files} return;;`;
}
