// Text from outside on its way to a terminal: what would steer the terminal becomes visible, as dmesg prints it.

/** C0 (but for tab and newline), DEL, C1, line and paragraph separators, and what turns the direction of writing. */
const STEERING = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** `text` with each of them as an escape: `\x1b`, `\u202e`. */
export function printable(text: string): string {
  return text.replace(STEERING, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

/** Colours and weights, as src/report draws with them. */
const COLOURS = /(\x1b\[\d{1,2}m)/;
/** The same, and a line that renews itself. */
const PROGRESS = /(\x1b\[\d{1,2}m|\r\x1b\[K)/;

/** As printable(), but for colours. */
export function printableStyled(text: string): string {
  return keeping(COLOURS, text);
}

/** As printableStyled(), but for a line that renews itself. */
export function printableProgress(text: string): string {
  return keeping(PROGRESS, text);
}

function keeping(own: RegExp, text: string): string {
  // what the group catches stands at odd places
  return text
    .split(own)
    .map((part, i) => (i % 2 === 1 ? part : printable(part)))
    .join('');
}
