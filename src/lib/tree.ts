// Plain data, as JSON and YAML hold it.

export type Tree = null | boolean | number | string | Tree[] | { [key: string]: Tree };

/** `value` as text with sorted keys: equal data, equal text. bigint values become decimal strings. */
export function treeKey(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return item.toString();
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
