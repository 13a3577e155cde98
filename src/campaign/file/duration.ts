// Times as a campaign's budget and the command line tell them. By itself: options are read where no campaign is.

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** `2h` in milliseconds; NaN where it is no time. */
export function durationMs(text: string): number {
  const [, count, unit = ''] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  return Number(count) * (UNITS.get(unit) ?? NaN);
}
