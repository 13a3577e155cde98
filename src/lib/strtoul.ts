// C's simple_strtoul (lib/vsprintf.c, v6.1) with base 0.

/** The unsigned number at the start of `text`: decimal, 0x hexadecimal, 0 octal; `rest` is what follows. 0 where there is none. */
export function simpleStrtoul(text: string): { value: number; rest: string } {
  const match = /^(?:0[xX]([0-9a-fA-F]+)|0([0-7]*)|([1-9][0-9]*))/.exec(text);
  if (!match) return { value: 0, rest: text };
  const [whole, hexDigits, octalDigits, digits] = match;
  const rest = text.slice(whole.length);
  if (hexDigits !== undefined) return { value: Number.parseInt(hexDigits, 16), rest };
  if (octalDigits !== undefined) return { value: Number.parseInt(octalDigits || '0', 8), rest };
  return { value: Number(digits), rest };
}
