// An image and a log of the same kernel: where the log shows something else than was read or assumed, the log is right.
import { profileFromLog } from './profile_from_log.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { InputError } from '../lib/input-error.ts';

/** The line of a log in which a fact shows, for its source. */
const SHOWN_BY: Readonly<Record<string, RegExp>> = {
  realModeSize: /memblock_phys_alloc_range: .* reserve_real_mode\+/,
  sizeofPglistData: /NODE_DATA\(\d+\) allocated/,
  sizeofMemSectionUsage: /sparse_init_nid\+/,
  sizeofMemSection: / sparse_init\+/,
  percpuStatic: /percpu: .* pages\/cpu/,
  percpuReserved: /percpu: .* pages\/cpu/,
};
const MEMORY = /Memory: .* kernel code/;
/** Where the kernel ran is the firmware's choice and KASLR's, not the image's. */
const PLACES: ReadonlySet<string> = new Set(['textStart', 'endOfKernelReserve']);

/**
 * `profile` with the facts that `text`, a log of the same kernel, shows otherwise.
 * @throws InputError 'log' where it is another kernel's log or was printed without memblock=debug
 */
export function correctedByLog(profile: KernelProfile, text: string, name: string): KernelProfile {
  const raw = text.split('\n');
  const banner = /Linux version \S.*/.exec(text)?.[0].trimEnd() ?? '';
  if (banner !== profile.image.banner)
    throw new InputError(
      'log',
      `${name}: "${banner.slice(0, 80)}": expected a log of ${profile.release ?? profile.name}`,
    );
  // the banner is the same, so the base's rules are never asked for
  const { image: shown } = profileFromLog(raw, { name: profile.name }, name, {});
  const image: Record<string, number> = {};
  const sources: Record<string, string> = { ...profile.sources };
  const now: Readonly<Record<string, unknown>> = { ...profile.image };
  for (const [fact, value] of Object.entries(shown)) {
    // NODE_DATA shows whole pages
    const rounded = fact === 'sizeofPglistData' && value === Math.ceil(Number(now[fact]) / 4096) * 4096;
    if (value === undefined || value === now[fact] || rounded || PLACES.has(fact)) continue;
    const line = raw.findIndex((one) => (SHOWN_BY[fact] ?? MEMORY).test(one)) + 1;
    image[fact] = value;
    sources[`image.${fact}`] = `log line ${line}`;
  }
  return { ...profile, image: { ...profile.image, ...image }, sources };
}
