// Drawing with characters: what a picture needs to know of the terminal, colours, axes with labels.

export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly columns: number;
  /** ANSI colours; the caller honours NO_COLOR and pipes. */
  readonly color: boolean;
  /** Only ASCII characters; default false. */
  readonly ascii?: boolean;
}

/** ANSI foreground colours, 16-colour palette: they follow the user's theme. */
export type Ink = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'grey' | 'plain';

const CODES: Readonly<Record<Ink, number | null>> = {
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  grey: 90,
  plain: null,
};

/** One character and its ink. */
export interface Glyph {
  readonly char: string;
  readonly ink: Ink;
}

/** A row of glyphs as text; neighbours of one ink share their escape sequences. */
export function glyphText(glyphs: readonly Glyph[], color: boolean): string {
  if (!color) return glyphs.map((g) => g.char).join('');
  let out = '';
  let ink: Ink = 'plain';
  for (const glyph of glyphs) {
    if (glyph.ink !== ink && glyph.char !== ' ') {
      const code = CODES[glyph.ink];
      out += code === null ? '\x1b[39m' : `\x1b[${code}m`;
      ink = glyph.ink;
    }
    out += glyph.char;
  }
  return ink === 'plain' ? out : `${out}\x1b[39m`;
}

export interface AxisLabel {
  readonly at: number;
  readonly text: string;
}

/** Ticks and labels in two lines of `width` characters; labels come in order of importance, those without room are left out. */
export function axisLines(labels: readonly AxisLabel[], width: number, ascii: boolean): [string, string] {
  const ticks = new Array<string>(width).fill(' ');
  const line = new Array<string>(width).fill(' ');
  for (const { at, text } of labels) {
    const column = Math.min(Math.max(Math.round(at), 0), width - 1);
    const from = Math.min(Math.max(column - Math.floor(text.length / 2), 0), width - text.length);
    if (from < 0) continue;
    const room = line.slice(Math.max(from - 1, 0), from + text.length + 1);
    if (room.some((char) => char !== ' ')) continue;
    for (let i = 0; i < text.length; i++) line[from + i] = text[i] ?? ' ';
    ticks[column] = ascii ? '|' : '╵';
  }
  return [ticks.join('').trimEnd(), line.join('').trimEnd()];
}
