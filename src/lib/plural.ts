// Counts in words. Pure; no locale.

/** `1,048,576`; a fraction is rounded to a whole number. */
export function countText(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 chunk`, `410 chunks`, `1,024 pages`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${noun(count, one, many)}`;
}

/** The word alone, where the number stands in another form: `chunk`, `chunks`. */
export function noun(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}
