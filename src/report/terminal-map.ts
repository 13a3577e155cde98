// The physical map drawn with characters: the strip of the report at a terminal's width.
import type { RunRecord } from '../init/record.ts';
import { hex, type PhysAddr } from '../lib/units.ts';
import { lookWord, mapRows, type CellLook, type MapRow } from './map-rows.ts';
import { kindWords } from '../ask/owners/owner-words.ts';
import { axisLabels, stripScale, type StripScale } from './strip-scale.ts';
import { wrapText } from '../text/wrap.ts';
import { axisLines, glyphText, type Glyph, type Ink, type TerminalOptions } from './terminal.ts';

const NAME_WIDTH = 16;
const LEAST_WIDTH = 20;

interface DrawnRow {
  readonly row: MapRow;
  readonly glyphs: readonly Glyph[];
}

/** The map: five rows, addresses, a legend of the characters used. Lines without newline, none wider than the terminal. */
export function mapLines(record: RunRecord, options: TerminalOptions, marked?: PhysAddr): string[] {
  const rows = mapRows(record);
  const width = Math.max(options.columns - NAME_WIDTH, LEAST_WIDTH);
  const scale = stripScale(rows, width);
  const ascii = options.ascii === true;
  const drawn = rows.map((row): DrawnRow => ({ row, glyphs: rowGlyphs(row, scale, width, ascii) }));
  const lines = drawn.map(
    ({ row, glyphs }) => row.name.padEnd(NAME_WIDTH) + glyphText(glyphs, options.color),
  );
  const [ticks, labels] = axisLines(axisLabels(scale), width, ascii);
  const mark = marked === undefined ? [] : markLines(scale, marked, width, ascii);
  const pad = ' '.repeat(NAME_WIDTH);
  const axis = [...mark, ticks, labels].map((line) => (pad + line).trimEnd());
  return [...lines, ...axis, ...legendLines(drawn, options)];
}

/** A pointer to an address below the rows. */
function markLines(scale: StripScale, address: PhysAddr, width: number, ascii: boolean): string[] {
  const column = Math.min(Math.floor(scale.x(address)), width - 1);
  const text = hex(address);
  const after = column + 2 + text.length <= width;
  const arrow = ascii ? '^' : '▲';
  const line = after
    ? `${' '.repeat(column)}${arrow} ${text}`
    : `${' '.repeat(Math.max(column - text.length - 1, 0))}${text} ${arrow}`;
  return [line];
}

/** For each column the cell that has most of it; small cells win a column that nobody fills. */
function rowGlyphs(row: MapRow, scale: StripScale, width: number, ascii: boolean): Glyph[] {
  const best = new Array<number>(width).fill(0);
  const glyphs = new Array<Glyph>(width).fill({ char: ' ', ink: 'plain' });
  for (const cell of row.cells) {
    const from = scale.x(cell.start);
    const to = Math.max(scale.x(cell.end), from + 0.01);
    const last = Math.min(Math.ceil(to), width);
    for (let column = Math.floor(Math.min(from, width - 1)); column < last; column++) {
      const share = Math.min(to, column + 1) - Math.max(from, column);
      if (share <= (best[column] ?? 0)) continue;
      best[column] = share;
      glyphs[column] = glyphOf(cell.value.look, ascii);
    }
  }
  return glyphs;
}

const FATE_GLYPHS = {
  early: ['█', '#', 'yellow'],
  deferred: ['▒', '=', 'green'],
  grown: ['▓', '+', 'red'],
  reserved: ['░', '-', 'grey'],
} as const;

const E820_GLYPHS: ReadonlyMap<number, readonly [string, string, Ink]> = new Map([
  [1, ['█', '#', 'green']],
  [2, ['░', '-', 'grey']],
  [3, ['▒', 'a', 'yellow']],
  [4, ['▓', 'n', 'yellow']],
]);

const OWNER_INKS = {
  kernel: 'red',
  firmware: 'grey',
  initrd: 'yellow',
  pagetables: 'green',
  memmap: 'blue',
  percpu: 'magenta',
  crash: 'magenta',
  hash: 'cyan',
  swiotlb: 'cyan',
  log: 'yellow',
  data: 'plain',
} as const;

const ZONE_CHARS: ReadonlyMap<string, readonly [string, Ink]> = new Map([
  ['DMA', ['d', 'magenta']],
  ['DMA32', ['3', 'yellow']],
  ['Normal', ['N', 'blue']],
  ['Movable', ['V', 'cyan']],
]);

const NODE_INKS: readonly Ink[] = ['blue', 'yellow', 'green', 'magenta', 'cyan', 'red'];

function glyphOf(look: CellLook, ascii: boolean): Glyph {
  switch (look.kind) {
    case 'e820': {
      const [block, plain, ink] = E820_GLYPHS.get(look.type) ?? (['▓', '?', 'magenta'] as const);
      return { char: ascii ? plain : block, ink };
    }
    case 'free':
      return { char: ascii ? '.' : '·', ink: 'grey' };
    case 'owner':
      return { char: kindWords(look.owner).letter, ink: OWNER_INKS[look.owner] };
    case 'node':
      return {
        char: String(Math.abs(look.node) % 10),
        ink: NODE_INKS[Math.abs(look.node) % NODE_INKS.length] ?? 'plain',
      };
    case 'zone': {
      const [char, ink] = ZONE_CHARS.get(look.zone) ?? (['?', 'plain'] as const);
      return { char, ink };
    }
    case 'fate': {
      const [block, plain, ink] = FATE_GLYPHS[look.fate];
      return { char: ascii ? plain : block, ink };
    }
  }
}

/** What the characters mean: only those that were drawn, and only of rows whose characters are not their own word. */
function legendLines(drawn: readonly DrawnRow[], options: TerminalOptions): string[] {
  return drawn.flatMap(({ row, glyphs }) => {
    if (row.name === 'NUMA node') return [];
    const used = new Set(glyphs.map((glyph) => glyph.char));
    const words = new Map<string, string>();
    for (const cell of row.cells) {
      const { char } = glyphOf(cell.value.look, options.ascii === true);
      if (used.has(char) && !words.has(char)) words.set(char, lookWord(cell.value));
    }
    const text = [...words].map(([char, word]) => `${char} ${word}`).join('  ');
    return wrapText(`${row.name}: ${text}`, options.columns);
  });
}
