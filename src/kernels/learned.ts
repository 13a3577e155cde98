// The nearest kernel with what a log proves of its own: its version's rules with the backports that the log shows, its sizes and
// its configuration.
import type { ImageFacts } from '../kernel/profile.ts';
import type { KernelFacts } from '../machine/kernel-facts.ts';
import { HISTORY, changesOf, foldChanges, type Change } from './history.ts';
import { withImageSizes } from './image_sizes.ts';
import { bootProfile, type BootProfile } from './list.ts';

/** The changes of `release`, with those that the log proves and without those that it rules out, oldest first. */
export function provenChanges(release: string, facts: KernelFacts): Change[] {
  const has = new Set([...changesOf(release).map(({ id }) => id), ...(facts.has ?? [])]);
  for (const id of facts.lacks ?? []) has.delete(id);
  return HISTORY.filter(({ id }) => has.has(id));
}

/** `base` with the facts of a log; `release` is the upstream version that chooses the rules, null where `base` has them already. */
export function withLogFacts(base: BootProfile, facts: KernelFacts, release: string): BootProfile {
  const { kernel } = base;
  const image: ImageFacts = withImageSizes({ ...kernel.image, ...defined(facts.image) }, kernel.image);
  const own = {
    ...kernel,
    image,
    config: { ...kernel.config, ...defined(facts.config) },
    sources: { ...kernel.sources, ...sourcesOf('image', facts.image), ...sourcesOf('config', facts.config) },
    version: release,
    rules: foldChanges(provenChanges(release, facts)),
  };
  return bootProfile(own, base.about);
}

function sourcesOf(part: string, facts: object | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.keys(defined(facts)).map((fact) => [`${part}.${fact}`, "the machine's log"]),
  );
}

/** A fact that may be left out, as one that is there or not. */
type Defined<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Without the keys that say nothing. */
function defined<T extends object>(facts: T | undefined): Defined<T> {
  return Object.fromEntries(
    Object.entries(facts ?? {}).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
