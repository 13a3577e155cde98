// What a log proves of the kernel that printed it: sizes, counts and switches, over what the nearest image says. They enter the
// model as facts of a kernel, and every line comes out of it as with any other kernel.
import type { LOGGED_SIZES } from '../kernel/image_facts.ts';
import type { KernelConfig } from '../kernel/profile.ts';

/** Facts of a configuration that a log has as numbers. */
export const LOGGED_NUMBERS = [
  'nrCpus',
  'logBufShift',
  'logCpuMaxBufShift',
] as const satisfies readonly (keyof KernelConfig)[];
/** Options of a configuration that a log shows or rules out. */
export const LOGGED_OPTIONS = [
  'x86FiveLevel',
  'initOnAlloc',
  'initOnFree',
  'deferredStructPageInit',
  'zoneDma',
  'zoneDevice',
  'numa',
  'x86Mpparse',
  'hibernation',
  'memoryHotplug',
  'cpumaskOffstack',
  'iommuDriver',
  'pci',
  'slub',
] as const satisfies readonly (keyof KernelConfig)[];

type Of<Names extends readonly string[], Value> = { readonly [Name in Names[number]]?: Value | undefined };

/** A fact that is missing is the nearest image's. */
export interface KernelFacts {
  /** Upstream version with its patch level, where the banner tells more than the release. */
  readonly version?: string | undefined;
  readonly image?: Of<typeof LOGGED_SIZES, number> | undefined;
  readonly config?:
    | (Of<typeof LOGGED_NUMBERS, number> &
        Of<typeof LOGGED_OPTIONS, boolean> &
        Of<readonly ['initStack'], string>)
    | undefined;
  /** Changes of the history that its texts prove, backports among them, and those that they rule out. */
  readonly has?: readonly string[] | undefined;
  readonly lacks?: readonly string[] | undefined;
}
