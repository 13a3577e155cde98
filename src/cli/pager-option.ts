// The option that every command takes and none has to know.

/** Says that no pager is wanted. */
export const NO_PAGER = '--no-pager';

/** The arguments without it; what stands behind `--` is no option. */
export function withoutPagerOption(argv: readonly string[]): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return argv.filter((text, i) => text !== NO_PAGER || i > end);
}
