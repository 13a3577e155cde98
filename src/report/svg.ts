// Markup as strings: elements, escaped text and attributes. No DOM, so that reports are made in Node and in a worker.

export type Attributes = Readonly<Record<string, string | number | undefined>>;

const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }),
);

/** Text that is safe in an element and in a quoted attribute. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ESCAPES.get(char) ?? char);
}

/** `<tag a="b">children</tag>`; children are markup already, attributes are escaped here. */
export function el(tag: string, attributes: Attributes = {}, ...children: readonly string[]): string {
  let out = `<${tag}`;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    out += ` ${name}="${typeof value === 'number' ? number(value) : escapeText(value)}"`;
  }
  return children.length === 0 && VOID.has(tag) ? `${out}/>` : `${out}>${children.join('')}</${tag}>`;
}

const VOID: ReadonlySet<string> = new Set(['rect', 'line', 'path', 'circle', 'use', 'meta', 'br', 'col']);

/** Escaped text in an element. */
export function textEl(tag: string, text: string, attributes: Attributes = {}): string {
  return el(tag, attributes, escapeText(text));
}

/** Coordinates need no more than two decimals. */
function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A rectangle as path data. */
export function rectPath(x: number, y: number, width: number, height: number): string {
  return `M${number(x)} ${number(y)}h${number(width)}v${number(height)}h${number(-width)}z`;
}

/** Whether `text` fits into `width` at a font size of `size`; system fonts average up to 0.6 em a letter, capitals more. */
export function fits(text: string, width: number, size: number): boolean {
  return textWidth(text, size) + 4 <= width;
}

/** An upper estimate of a text's width. */
export function textWidth(text: string, size: number): number {
  const capitals = text.replace(/[^A-Z]/g, '').length;
  return (text.length * 0.62 + capitals * 0.18) * size;
}
