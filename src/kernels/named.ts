// A kernel by its name or version: a built-in image with that version's rules, or the nearest earlier image, which is then said.
import { sourcesOfAnother } from './assumed_facts.ts';
import { BUILTIN_BUILDS, type BuiltinName } from './builds.ts';
import { builtinKernel } from './builtin.ts';
import { rulesOf as foldedRules } from './history.ts';
import { bootProfile, PROFILE_NAMES, PROFILES, type BootProfile, type ProfileName } from './list.ts';
import { upstreamVersion } from './upstream_version.ts';
import { cut } from '../lib/cut.ts';
import { InputError } from '../lib/input-error.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import type { KernelFacts } from '../machine/kernel-facts.ts';

const DEFAULT_KERNEL = '6.1';
/** The oldest version of which logs of real machines were looked at. */
const OLDEST_SEEN = [3, 10] as const;

/** `6.8`, `6.8.12` or `6.8.0-31-generic` as numbers; null where it does not begin with a version. */
export function versionOf(text: string): readonly [number, number] | null {
  const match = /^(\d{1,4})\.(\d{1,4})(?![\d])/.exec(text);
  return match ? [Number(match[1]), Number(match[2])] : null;
}

const later = (a: readonly [number, number], b: readonly [number, number]): number =>
  a[0] - b[0] || a[1] - b[1];

/** The last of `list`, which is in the order of versions, that is not later than `version`; null where all are. */
function upTo<T extends { readonly name: string }>(
  list: readonly T[],
  version: readonly [number, number],
): T | null {
  return (
    list.findLast((entry) => {
      const own = /^\d+\.\d+$/.test(entry.name) ? versionOf(entry.name) : null;
      return own !== null && later(own, version) <= 0;
    }) ?? null
  );
}

/** The rules of a kernel version: those of the last change that it has; the oldest where it is older than all. */
export function rulesOf(text: string): BootProfile {
  const version = versionOf(text);
  const oldest = PROFILES[0] as BootProfile;
  return version === null ? oldest : (upTo(PROFILES, version) ?? oldest);
}

/** What `--kernel` takes without a file. */
export type KernelName = ProfileName | BuiltinName;
/** Every such name. */
export const KERNEL_NAMES: readonly KernelName[] = [
  ...new Set<KernelName>([...PROFILE_NAMES, ...BUILTIN_BUILDS.map(({ name }) => name)]),
];

/** A kernel that was read from an image, with the rules of its version. */
export function bootProfileOf(kernel: KernelProfile, name: string): BootProfile {
  const release = kernel.release ?? name;
  const about = `read from the image of ${release}`;
  return bootProfile({ ...kernel, name }, about);
}

/** `rules` on the image of `image`, whose facts are not its own: the banner and each fact's source say so. */
function assumedProfile(name: string, rules: BootProfile, image: KernelProfile): BootProfile {
  const debian = (image.release ?? image.name).replace(/-amd64$/, '');
  return {
    ...rules,
    name,
    kernel: {
      ...image,
      name,
      image: { ...image.image, banner: `Linux version ${name} (assumed: image of Debian ${debian})` },
      sources: { ...sourcesOfAnother(`Debian's ${debian}`), ...rulesSource(name, rules) },
    },
  };
}

/** Rules are known of the versions that the history spans. */
function rulesSource(name: string, rules: BootProfile): Readonly<Record<string, string>> {
  const version = versionOf(name);
  if (version === null) return {};
  const [first, last] = [upTo(PROFILES, version), PROFILES.at(-1)];
  const newest = last ? versionOf(last.name) : null;
  const within = first !== null && newest !== null && later(version, newest) <= 0;
  return within ? {} : { rules: `assumed: those of ${rules.name}` };
}

async function nearest(
  text: string,
  version: readonly [number, number],
  rules: BootProfile,
): Promise<BootProfile> {
  const image = upTo(BUILTIN_BUILDS, version) ?? (BUILTIN_BUILDS[0] as (typeof BUILTIN_BUILDS)[number]);
  const kernel = await builtinKernel(image.name);
  const own = versionOf(image.name);
  // another build of the image's own series has its rules: what stable releases took back is in both, or nearly
  if (own !== null && later(own, version) === 0)
    return assumedProfile(text, { ...bootProfile(kernel, rules.about), name: image.name }, kernel);
  const upstream = upstreamVersion(text, '');
  const folded = bootProfile({ ...kernel, version: upstream, rules: foldedRules(upstream) }, rules.about);
  return assumedProfile(text, { ...folded, name: rules.name }, folded.kernel);
}

/** The same thing under its own name, with its own image. */
async function exact(name: string): Promise<BootProfile | null> {
  const builtin = BUILTIN_BUILDS.find((kernel) => kernel.name === name || kernel.release === name);
  if (!builtin) return null;
  const kernel = await builtinKernel(builtin.name);
  const about = `Debian's ${builtin.release}`;
  return bootProfile({ ...kernel, name: builtin.name }, about);
}

async function unknownKernel(name: string): Promise<InputError> {
  const { didYouMean } = await import('../machine/closest.ts');
  const versions = `a version from ${OLDEST_SEEN.join('.')} to ${PROFILES.at(-1)?.name ?? ''}`;
  // what begins with a version is one that there is not
  const meant = versionOf(name) === null ? didYouMean(name, KERNEL_NAMES) : '';
  const expected = meant || `: expected ${versions}, or a name that docs/kernels.md tells, such as v2`;
  return new InputError('usage', `kernel "${cut(name)}"${expected}`);
}

/**
 * The kernel that `--kernel NAME` means: a built-in name, Debian's name of a built-in build, a variant of the series, or a version.
 * @throws InputError 'usage' for what is none and for versions below and above all that are known
 */
export async function kernelNamed(name: string): Promise<BootProfile> {
  const builtin = await exact(name);
  if (builtin) return builtin;
  const rules = PROFILES.find((profile) => profile.name === name);
  if (rules) return assumedProfile(name, rules, rules.kernel);
  const version = versionOf(name);
  const last = BUILTIN_BUILDS.map((kernel) => versionOf(kernel.name)).findLast((own) => own !== null);
  const within = version && last && later(version, OLDEST_SEEN) >= 0 && later(version, last) <= 0;
  if (!within) throw await unknownKernel(name);
  return nearest(name, version, rulesOf(name));
}

/**
 * The kernel of a machine that names its own (a log's version) with what the log proves of it, or the default. Nothing is refused: an
 * old log has a machine too.
 */
export async function kernelOfMachine(version: string | null, facts?: KernelFacts): Promise<BootProfile> {
  const own = version === null ? null : await exact(version);
  if (own) return own;
  const number = version === null ? null : versionOf(version);
  if (version === null || number === null) return unnamed(facts);
  const near = await nearest(version, number, rulesOf(version));
  if (facts === undefined) return near;
  const { withLogFacts } = await import('./learned.ts');
  return withLogFacts(near, facts, facts.version ?? ownVersion(version, near));
}

/** A machine that names no kernel: the default, with what its log proves of its own. */
async function unnamed(facts: KernelFacts | undefined): Promise<BootProfile> {
  const base = await kernelNamed(DEFAULT_KERNEL);
  if (facts === undefined) return base;
  const sources = sourcesOfAnother(base.kernel.release ?? base.name);
  const { withLogFacts } = await import('./learned.ts');
  return withLogFacts({ ...base, kernel: { ...base.kernel, sources } }, facts, base.kernel.version);
}

/** Of a release such as `6.1.0-47-generic`, which hides its patch level, that of an image of its series. */
function ownVersion(release: string, near: BootProfile): string {
  const upstream = upstreamVersion(release, '');
  const hidden = /^\d+\.\d+(?:\.0)?-\d/.test(release) && !/-rc/.test(release);
  const series = upstream.split('.').slice(0, 2).join('.');
  return hidden && near.kernel.version.startsWith(`${series}.`) ? near.kernel.version : upstream;
}
