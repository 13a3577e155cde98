// The console blocks of a page: `$ earlyboot …` and what it prints.
import { cli } from '../../helpers/cli.ts';

const BLOCK = /```console\n\$ earlyboot ([^\n]+)\n([^]*?)```/g;

export interface Block {
  readonly command: string;
  readonly output: string;
}

export function blocksOf(page: string): Block[] {
  return [...page.matchAll(BLOCK)].map(([, command = '', output = '']) => ({ command, output }));
}

/** Words as a shell takes them: split at blanks outside single quotes. */
export function wordsOf(command: string): string[] {
  return (command.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ''));
}

/** What a command prints. @throws Error where it prints an error */
export async function outputOf(command: string): Promise<string> {
  const { code, stdout, stderr } = await cli(wordsOf(command));
  if (code === 2) throw new Error(stderr);
  return stdout;
}

/** The page with the outputs as they are now. */
export async function answered(page: string): Promise<string> {
  let out = page;
  for (const { command, output } of blocksOf(page))
    out = out.replace(`$ earlyboot ${command}\n${output}\`\`\``, () =>
      `$ earlyboot ${command}\n`.concat('@@@```'),
    );
  for (const { command } of blocksOf(page)) {
    const now = await outputOf(command);
    out = out.replace('@@@```', () => `${now}\`\`\``);
  }
  return out;
}
