// Text from outside in a sentence of ours: its beginning is enough.

/** Characters of a value that a message shows. */
const SHOWN = 60;

/** `text`, or its first `longest` characters and … */
export function cut(text: string, longest = SHOWN): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
