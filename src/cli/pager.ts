// Long answers on a terminal go through a pager, as git's do. What a command prints is held until it is through; then it is known whether
// the answer is longer than the screen, and no progress runs into the pager.
import { spawnSync } from 'node:child_process';
import stringWidth from 'fast-string-width';
import { printable, printableStyled } from '../lib/printable.ts';
import type { CliIo } from './io.ts';
import { withoutPagerOption } from './pager-option.ts';

/** Commands whose stdout is an answer. The others talk while they work, or write what a program reads. */
const PAGED = new Set([
  ...['boot', 'diff', 'explain', 'explore', 'fits', 'history', 'import', 'kernels', 'lint', 'machines'],
  ...['missing', 'predict', 'verify'],
]);

/**
 * The pager's command line: EARLYBOOT_PAGER, else PAGER, else less. null where there is to be none: stdout is no terminal, the command
 * gives no answer, --no-pager is given, or the variable is empty or cat.
 */
export function pagerFor(io: CliIo, argv: readonly string[]): string | null {
  const helps = argv[0] === 'help' || argv.some((text) => text === '--help' || text === '-h');
  if (!io.stdoutIsTTY || io.env['TERM'] === 'dumb') return null;
  if (withoutPagerOption(argv).length < argv.length) return null;
  if (!helps && !PAGED.has(argv[0] ?? '')) return null;
  const told = (io.env['EARLYBOOT_PAGER'] ?? io.env['PAGER'] ?? 'less').trim();
  return told === '' || told === 'cat' ? null : told;
}

/** What was printed, in order. */
interface Piece {
  readonly to: 'stdout' | 'styledStdout' | 'stderr';
  readonly text: string;
}

/** An `io` that keeps what is printed, from the first answer on, and prints it in the end. */
export interface HeldIo {
  readonly io: CliIo;
  /** Prints all that was kept: the answer through `page` where it has more lines than the screen, warnings after it. */
  readonly flush: (rows: number, page: (text: string) => boolean) => void;
}

/** Holds an answer back. Progress and what is said before the answer are printed at once. */
export function heldIo(io: CliIo): HeldIo {
  const pieces: Piece[] = [];
  const keep =
    (to: Piece['to']) =>
    (text: string): void =>
      void pieces.push({ to, text });
  const stderr = (text: string): void => {
    if (pieces.length === 0) io.stderr(text);
    else keep('stderr')(text);
  };
  return {
    io: { ...io, stdout: keep('stdout'), styledStdout: keep('styledStdout'), stderr },
    flush: (rows, page) => {
      const all = pieces.splice(0);
      const answer = all.filter(({ to }) => to !== 'stderr');
      const text = answer.map((piece) => piece.text).join('');
      const paged = linesOnScreen(text, io.columns) >= rows && page(seenText(answer));
      for (const piece of all) if (!paged || piece.to === 'stderr') io[piece.to](piece.text);
    },
  };
}

/** The answer as the terminal would get it: with nothing that steers it but our own colours. */
function seenText(pieces: readonly Piece[]): string {
  return pieces
    .map(({ to, text }) => (to === 'styledStdout' ? printableStyled(text) : printable(text)))
    .join('');
}

/** Lines that `text` takes where a line goes on below. */
function linesOnScreen(text: string, columns: number): number {
  return text
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / Math.max(columns, 1))), -1);
}

/** A program alone needs no shell, which would complain where there is none. */
const PROGRAM = /^[\w./+-]+$/;

/** Runs `pager` on the text; false where there is no such program. */
export function runPager(pager: string, text: string, env: CliIo['env']): boolean {
  // Ctrl-C is the pager's: it would be left with the terminal in its hands
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  const { status, error } = spawnSync(pager, {
    ...{ input: text, shell: !PROGRAM.test(pager), stdio: ['pipe', 'inherit', 'inherit'] },
    // as git sets it: colours, and no page where one screen is enough
    env: { LESS: 'FRX', LV: '-c', ...env },
  });
  process.off('SIGINT', ignore);
  return status !== 127 && (error === undefined || ('code' in error && error.code === 'EPIPE'));
}
