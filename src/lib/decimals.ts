// Numbers with decimals. Pure; no locale.

/** `value` with so many decimals, and no minus before a zero. */
export function decimals(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(?=0(\.0*)?$)/, '');
}
