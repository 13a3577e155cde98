// Debian's 5.10 amd64 kernel, as far as it decides jobs and chunks: what differs from the 6.1 image in memory at a node's top.
import type { KernelProfile } from '../../kernel/profile.ts';
import { DEBIAN_6_1_0_56 } from './debian-6.1.0-56.ts';

/** Built without five-level page tables, with a smaller pg_data_t and a larger per-CPU section; its log's own lines are not modelled. */
export const DEBIAN_5_10: KernelProfile = {
  ...DEBIAN_6_1_0_56,
  name: '5.10',
  image: { ...DEBIAN_6_1_0_56.image, sizeofPglistData: 172032, percpuStatic: 221184 },
  config: { ...DEBIAN_6_1_0_56.config, x86FiveLevel: false },
};
