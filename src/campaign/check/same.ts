// Whether two runs found the same, and the first line that differs.

/** `- line` of the base and `+ line` of the item where they first differ; null where they do not. */
export function firstDifference(base: unknown, own: unknown): string | null {
  const [a, b] = [linesOf(base), linesOf(own)];
  const most = Math.max(a.length, b.length);
  for (let i = 0; i < most; i++) {
    const [left, right] = [a[i], b[i]];
    if (left !== right)
      return [
        ...(left === undefined ? [] : [`- ${left}`]),
        ...(right === undefined ? [] : [`+ ${right}`]),
      ].join(' ');
  }
  return null;
}

/** A list as a line an item. */
function linesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map((item: unknown) => lineOf(item));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([key, item]) => `${key}: ${lineOf(item)}`);
  return [lineOf(value)];
}

function lineOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return (
    JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item)) ??
    'null'
  );
}
