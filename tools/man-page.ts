// The manual page, made from the commands' own help.
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { COMMANDS } from '../src/cli/commands.ts';
import type { CliIo } from '../src/cli/io.ts';

/** What no command asks for while it only tells what it takes. */
const IO: CliIo = {
  stdout: () => undefined,
  stderr: () => undefined,
  styledStdout: () => undefined,
  styledStderr: () => undefined,
  ...{ stdoutIsTTY: false, stderrIsTTY: false, columns: 80, color: false, env: {}, cwd: '/' },
  now: () => 0,
  setFailed: () => undefined,
};

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  [
    'EARLYBOOT_PAGER, PAGER',
    'what answers longer than the screen go through, on a terminal; empty or cat: none',
  ],
  ['NO_COLOR, FORCE_COLOR', 'no colours; colours where stdout is no terminal, too'],
  [
    'COLUMNS',
    'the width that tables are fitted to where stdout is no terminal; without it they are as wide as they need',
  ],
];

const EXITS: readonly (readonly [string, string])[] = [
  ['0', 'all went well'],
  ['1', 'a check failed, the real boot differs, or the model found something'],
  ['2', 'bad input: one line on stderr tells what, where, and what was expected'],
];

/** man/earlyboot.1, in the macros of man(7). */
export async function manPage(): Promise<string> {
  const lines = [
    '.\\" Made by tools/man.ts from the commands\' own help.',
    '.TH EARLYBOOT 1 "" earlyboot "User Commands"',
    '.SH NAME',
    roff('earlyboot - predicts the kernel log and the memory map of the first second of a Linux boot'),
    '.SH SYNOPSIS',
    '.B earlyboot',
    roff('[--no-pager] COMMAND [options]'),
    '.SH DESCRIPTION',
    roff(
      'A machine goes in: a description, a kernel log, a folder with a log and ACPI tables, or the name of a built-in one. ' +
        'Its firmware map and tables are booted, and the memory part of the kernel is run on what the guest finds. ' +
        'stdout is the answer; stderr has progress and warnings.',
    ),
    ...listed([['--no-pager', 'print long answers without a pager']]),
    '.SH COMMANDS',
  ];
  for (const { name, load } of COMMANDS)
    lines.push(...commandLines((await load())(IO, COMMANDS), `earlyboot ${name}`));
  lines.push('.SH "EXIT STATUS"', ...listed(EXITS), '.SH ENVIRONMENT', ...listed(ENVIRONMENT));
  return `${lines.join('\n')}\n`;
}

function commandLines(command: CommandUnknownOpts, name: string): string[] {
  command.name(name);
  const help = command.createHelp();
  const options = help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .map((option): [string, string] => [help.optionTerm(option), help.optionDescription(option)]);
  const args = help
    .visibleArguments(command)
    .map((argument): [string, string] => [help.argumentTerm(argument), help.argumentDescription(argument)]);
  return [
    `.SS ${roff(help.commandUsage(command))}`,
    roff(command.description()),
    ...listed(args),
    ...listed(options),
    ...more(textAfter(command)),
    ...command.commands.flatMap((sub) => commandLines(sub, `${name} ${sub.name()}`)),
  ];
}

/** What stands below the options. */
function textAfter(command: CommandUnknownOpts): string {
  let text = '';
  command.configureOutput({ writeOut: (piece) => void (text += piece) });
  command.outputHelp();
  return text.slice(command.helpInformation().length);
}

/** Paragraphs, and what is further in as it stands. */
function more(text: string): string[] {
  const lines: string[] = [];
  for (const block of text.split(/\n\s*\n/)) {
    const all = block.split('\n').filter((line) => line.trim() !== '');
    const words = all.filter((line) => !line.startsWith(' '));
    const shown = all.filter((line) => line.startsWith(' '));
    if (words.length > 0) lines.push('.PP', roff(words.join(' ')));
    if (shown.length > 0)
      lines.push('.PP', '.nf', '.RS 2', ...shown.map((line) => roff(line.slice(2))), '.RE', '.fi');
  }
  return lines;
}

function listed(terms: readonly (readonly [string, string])[]): string[] {
  return terms.flatMap(([term, about]) => ['.TP', `.B ${roff(term)}`, roff(about)]);
}

/** Text as roff takes it: no line of it is a request, and no character another. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&')
    .replaceAll('"', '\\(dq')
    .replace(
      /[^\0-\x7f]/gu,
      (char) => `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
