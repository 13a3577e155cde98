// The built-in kernels: read from Debian's images by tools/make-profiles.ts. A boot loads the one that it uses, and 6.1, which
// everything that no image says is taken from.
import debian61 from './profiles/6.1.json' with { type: 'json' };
import type { BuiltinName } from './builds.ts';
import { ofKernelFile, type KernelFile } from './kernel_file.ts';
import type { KernelProfile } from '../kernel/profile.ts';

/** Bundlers need each name written out. */
const LOAD: Readonly<Record<BuiltinName, () => Promise<{ readonly default: KernelFile }>>> = {
  '5.10': () => import('./profiles/5.10.json', { with: { type: 'json' } }),
  '6.1': () => Promise.resolve({ default: debian61 }),
  '6.1-cloud': () => import('./profiles/6.1-cloud.json', { with: { type: 'json' } }),
  '6.1-686': () => import('./profiles/6.1-686.json', { with: { type: 'json' } }),
  '6.1-686-pae': () => import('./profiles/6.1-686-pae.json', { with: { type: 'json' } }),
  '6.12': () => import('./profiles/6.12.json', { with: { type: 'json' } }),
  '6.12-cloud': () => import('./profiles/6.12-cloud.json', { with: { type: 'json' } }),
  '6.16': () => import('./profiles/6.16.json', { with: { type: 'json' } }),
  '6.17': () => import('./profiles/6.17.json', { with: { type: 'json' } }),
  '6.18': () => import('./profiles/6.18.json', { with: { type: 'json' } }),
  '6.19': () => import('./profiles/6.19.json', { with: { type: 'json' } }),
  '7.0': () => import('./profiles/7.0.json', { with: { type: 'json' } }),
  '7.1': () => import('./profiles/7.1.json', { with: { type: 'json' } }),
  '7.2': () => import('./profiles/7.2.json', { with: { type: 'json' } }),
  '7.3': () => import('./profiles/7.3.json', { with: { type: 'json' } }),
};

/** Debian's 6.1.0-56-amd64. */
export const DEBIAN_6_1_0_56: KernelProfile = ofKernelFile(debian61);

/** The kernel of a built-in. */
export async function builtinKernel(name: BuiltinName): Promise<KernelProfile> {
  return name === '6.1' ? DEBIAN_6_1_0_56 : ofKernelFile((await LOAD[name]()).default);
}
