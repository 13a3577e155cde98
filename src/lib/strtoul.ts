// C's simple_strtoull (lib/vsprintf.c, v6.1) with base 0, and get_option (lib/cmdline.c).

/**
 * The unsigned number at the start of `text`: decimal, 0x hexadecimal, 0 octal; `rest` is what follows. 0 where there is none.
 * Like the kernel's it has 64 bits and wraps (simple_strtoull).
 */
export function simpleStrtoull(text: string): { value: bigint; rest: string } {
  const match = /^(?:0[xX]([0-9a-fA-F]+)|0([0-7]*)|([1-9][0-9]*))/.exec(text);
  if (!match) return { value: 0n, rest: text };
  const [whole, hexDigits, octalDigits, digits] = match;
  const number =
    hexDigits !== undefined
      ? `0x${hexDigits}`
      : octalDigits !== undefined
        ? `0o${octalDigits || '0'}`
        : digits;
  return { value: BigInt.asUintN(64, BigInt(number ?? 0)), rest: text.slice(whole.length) };
}

/** As simpleStrtoull(); exact below 2^53, which is more than anything that the model compares it with. */
export function simpleStrtoul(text: string): { value: number; rest: string } {
  const { value, rest } = simpleStrtoull(text);
  return { value: Number(value), rest };
}

/**
 * The int at the start of `text`, negative with `-` before it; its 64 bits are cut to 32 (get_option, lib/cmdline.c). `found`
 * is false where no digit stands there: `value` is 0 then, which callers that do not look at `found` take.
 */
export function getOption(text: string): { value: number; rest: string; found: boolean } {
  const negative = text.startsWith('-');
  const digits = negative ? text.slice(1) : text;
  const { value, rest } = simpleStrtoull(digits);
  return { value: Number(BigInt.asIntN(32, negative ? -value : value)), rest, found: rest !== digits };
}
