// What an image does not show but its like was measured with: pages that the kernel takes in early boot.
import { BUILTIN_BUILDS } from '../builds.ts';
import { builtinKernel } from '../builtin.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import { versionOf } from '../named.ts';

const isCloud = (release: string): boolean => release.includes('-cloud-');

/** The built-in kernel that is most like one of `release`: not newer, and of its flavour where there is one. */
function nearestBuild(release: string): (typeof BUILTIN_BUILDS)[number] {
  const own = versionOf(release);
  const earlier = BUILTIN_BUILDS.filter((build) => {
    const version = versionOf(build.release);
    return own !== null && version !== null && (version[0] - own[0] || version[1] - own[1]) <= 0;
  });
  const newest = earlier.at(-1) ?? BUILTIN_BUILDS[0];
  const same = earlier.filter(
    (build) => versionOf(build.release)?.join() === versionOf(newest.release)?.join(),
  );
  return same.find((build) => isCloud(build.release) === isCloud(release)) ?? newest;
}

/** The kernel with the early pages of the built-in kernel that is most like it; measured where it is that very build. */
export async function withEarlyPages(profile: KernelProfile): Promise<KernelProfile> {
  const release = profile.release ?? '';
  const build = nearestBuild(release);
  const { image, sources } = await builtinKernel(build.name);
  const itself = build.release === release;
  const from = itself ? sources?.['image.earlyPages'] : `assumed: as measured with ${build.name}`;
  return {
    ...profile,
    image: { ...profile.image, earlyPages: image.earlyPages },
    sources: { ...profile.sources, ...(from === undefined ? {} : { 'image.earlyPages': from }) },
  };
}
