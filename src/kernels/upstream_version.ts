// The upstream version of a kernel: what decides its rules.

/** Debian's banner ends in the version that its own numbers hide: `6.1.0-56-amd64` is 6.1.192. Elsewhere the release begins with it. */
export function upstreamVersion(release: string, banner: string): string {
  // the last one: the compiler has a Debian version, too
  const debian = [...banner.matchAll(/Debian (\d+\.\d+(?:\.\d+)?)[-~]/g)].at(-1)?.[1];
  return debian ?? /^\d+\.\d+(?:\.\d+)?/.exec(release)?.[0] ?? release;
}
