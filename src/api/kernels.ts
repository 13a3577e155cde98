// The kernels that can be booted, by name.
import { KERNEL_NAMES as NAMES, type KernelName } from '../kernels/named.ts';

/** Names that `kernel` takes, in the order of their versions: `base`, `v1`, `v2`, `5.8`, … */
export const KERNEL_NAMES: readonly KernelName[] = NAMES;
