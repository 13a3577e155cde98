// The kernels that can be booted, by name.
import { PROFILES } from '../kernels/list.ts';

/** Names that `kernel` takes, in the order of their versions: `base`, `v1`, `v2`, `5.8`, … */
export const KERNEL_NAMES: readonly string[] = PROFILES.map(({ name }) => name);
