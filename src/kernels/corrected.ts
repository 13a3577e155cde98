// An image and a log of the same kernel: where the log shows something else than was read or assumed, the log is right.
import { profileFromLog } from './profile_from_log.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { InputError } from '../lib/input-error.ts';
import { readBoot } from '../machine/import/boots.ts';
import { sourceInLog } from './shown_by.ts';

/** Where the kernel ran is the firmware's choice and KASLR's, not the image's. */
const PLACES: ReadonlySet<string> = new Set(['textStart', 'endOfKernelReserve']);

/**
 * `profile` with the facts that `text`, a log of the same kernel, shows otherwise.
 * @throws InputError 'log' where it is another kernel's log or was printed without memblock=debug
 */
export function correctedByLog(profile: KernelProfile, text: string, name: string): KernelProfile {
  const { lines } = readBoot(text, name);
  const raw = lines.map((line) => line.text);
  const banner = raw.find((line) => line.startsWith('Linux version '))?.trimEnd() ?? '';
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
    image[fact] = value;
    sources[`image.${fact}`] = sourceInLog(fact, lines);
  }
  return { ...profile, image: { ...profile.image, ...image }, sources };
}
