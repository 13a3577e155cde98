// A whole kernel as a JSON file: everything that was read of an image, small enough to compare line by line. Built-in kernels, the
// cache of read images and what `earlyboot profile` writes of an image are such files.
import { callersOf } from './image/callers.ts';
import type { CallSites, ImageFacts, KernelConfig, KernelProfile, KnownParams } from '../kernel/profile.ts';
import { hex } from '../lib/units.ts';
import { rulesOf } from './history.ts';
import { upstreamVersion } from './upstream_version.ts';

/** 1 is a profile file's (profile_file.ts); 2 knew less of the pages that early boot takes. */
export const KERNEL_FILE_VERSION = 3;
/** The oldest, which is not read any more. */
export const KERNEL_FILE_FIRST_VERSION = 2;

type OwnForm = 'banner' | 'freedParts' | 'params' | 'callers' | 'callSites' | 'pageFlags';

/** The file's content. Names stand in texts, separated by blanks; sizes in bytes, addresses physical without relocation. */
export interface KernelFile {
  readonly version: number;
  readonly name: string;
  readonly release: string;
  readonly banner: string;
  readonly image: Omit<ImageFacts, OwnForm> & {
    /** `0x3306000-0x330f000`, end exclusive. */
    readonly freedParts: readonly string[];
    /** The page flags in the order of their bits. */
    readonly pageFlags?: string;
  };
  readonly config: Omit<KernelConfig, 'initStack'> & Partial<Pick<KernelConfig, 'initStack'>>;
  /** Facts that are not read from the image itself, and where they are from. */
  readonly sources: Readonly<Record<string, string>>;
  readonly params: { readonly [K in keyof KnownParams]: readonly string[] };
  readonly callSites: CallSites;
}

/** Names by their first letter, a text each: a line of the file is then short, and a new name changes one. */
function lines(names: readonly string[]): string[] {
  const byLetter = new Map<string, string[]>();
  for (const name of names) {
    const letter = (name[0] ?? '').toLowerCase();
    const list = byLetter.get(letter);
    if (list) list.push(name);
    else byLetter.set(letter, [name]);
  }
  return [...byLetter.values()].map((list) => list.join(' '));
}

const words = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => text.split(' ')).filter((w) => w !== '');

/** The file of a kernel that was read from an image. */
export function toKernelFile(profile: KernelProfile, name: string): KernelFile {
  const { banner, freedParts, params, callers: _, callSites, pageFlags, ...image } = profile.image;
  const flags = Object.entries(pageFlags ?? {}).sort(([, a], [, b]) => a - b);
  return {
    version: KERNEL_FILE_VERSION,
    name,
    release: profile.release ?? '',
    banner,
    image: {
      ...image,
      freedParts: freedParts.map(({ start, end }) => `${hex(start)}-${hex(end)}`),
      ...(pageFlags ? { pageFlags: flags.map(([flag]) => flag).join(' ') } : {}),
    },
    config: profile.config,
    sources: profile.sources ?? {},
    params: {
      early: lines(params.early),
      setup: lines(params.setup),
      wholeSetup: lines(params.wholeSetup),
      core: lines(params.core),
    },
    callSites: callSites ?? {},
  };
}

/** The kernel of a file. */
export function ofKernelFile(file: KernelFile): KernelProfile {
  const version = upstreamVersion(file.release, file.banner);
  const { freedParts, pageFlags, ...image } = file.image;
  let callers: Readonly<Record<string, string>> | undefined;
  return {
    name: file.name,
    release: file.release,
    image: {
      ...image,
      banner: file.banner,
      freedParts: freedParts.map((part) => {
        const [start = 0, end = 0] = part.split('-').map(Number);
        return { start, end };
      }),
      params: {
        early: words(file.params.early),
        setup: words(file.params.setup),
        wholeSetup: words(file.params.wholeSetup),
        core: words(file.params.core),
      },
      /** Looked up at the first line of memblock=debug: most boots print none. */
      get callers() {
        callers ??= callersOf(file.callSites);
        return callers;
      },
      callSites: file.callSites,
      ...(pageFlags === undefined
        ? {}
        : { pageFlags: Object.fromEntries(pageFlags.split(' ').map((flag, bit) => [flag, bit])) }),
    },
    config: { ...file.config, initStack: file.config.initStack ?? 'all(zero)' },
    version,
    rules: rulesOf(version),
    sources: file.sources,
  };
}
