// Facts of Debian's kernels that no image was read for: learned from the logs of captured boots.
import type { KernelProfile } from '../../kernel/profile.ts';
import { KiB } from '../../lib/units.ts';
import { learned } from './learned_image.ts';

/** Callers by their names since 6.16. */
const SINCE_6_16 = {
  'setup_arch#first-megabyte': 'reserve_real_mode',
  __alloc_bootmem_huge_page: 'alloc_bootmem',
};

/** CONFIG_CMA and what comes with it. */
const SINCE_7_2 = ['reserve_mem', 'cma', 'cma_pernuma', 'numa_cma', 'hugetlb_cma'];

/** By the name that --kernel takes. */
export const LEARNED: readonly KernelProfile[] = [
  learned('5.10', {
    version: '5.10.223',
    banner:
      'Linux version 5.10.0-32-amd64 (debian-kernel@lists.debian.org) (gcc-10 (Debian 10.2.1-6) 10.2.1 20210110, GNU ld (GNU Binutils for Debian) 2.35.2) #1 SMP Debian 5.10.223-1 (2024-08-10)',
    endOfKernelReserve: 0x4000000,
    memory: [12295, 2538, 7632, 2676, 17700],
    freedK: [32, 2036, 2676, 2040, 560],
    percpuStatic: 221184,
    more: {
      sizeofPglistData: 172032,
      sizeofMemSectionUsage: 56,
      sizeofPcpuChunk: 136,
      sizeofPrintkInfo: 88,
      realModeSize: 24 * KiB,
    },
    config: { x86FiveLevel: false, initStack: 'off' },
    callers: {
      reserve_bios_regions: 'setup_arch',
      pcpu_build_alloc_info: 'pcpu_alloc_alloc_info',
    },
  }),
  learned('6.12', {
    version: '6.12.117',
    banner:
      'Linux version 6.12.117+deb13-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils for Debian) 2.44) #1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1 (2026-11-12)',
    endOfKernelReserve: 0x3c00000,
    memory: [16384, 2499, 11832, 4180, 4880],
    freedK: [40, 2028, 4180, 456],
    percpuStatic: 233472,
    more: { sizeofPglistData: 174464, sizeofMemSectionUsage: 56, sizeofPcpuChunk: 192, sizeofPrintkInfo: 88 },
    early: ['reserve_mem'],
  }),
  learned('6.16', {
    version: '6.16.12',
    banner:
      'Linux version 6.16.12+deb13-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils for Debian) 2.44) #1 SMP PREEMPT_DYNAMIC Debian 6.16.12-1~bpo13+1 (2025-11-17)',
    endOfKernelReserve: 0x4200000,
    memory: [16706, 3261, 12296, 4368, 5644],
    freedK: [44, 2028, 4368, 1724, 2040],
    percpuStatic: 217088,
    more: { sizeofPglistData: 174848, sizeofMemSectionUsage: 56, sizeofPcpuChunk: 192, sizeofPrintkInfo: 88 },
    early: ['reserve_mem'],
    callers: {
      ...SINCE_6_16,
    },
  }),
  learned('6.18', {
    version: '6.18.15',
    banner:
      'Linux version 6.18.15+deb13-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils for Debian) 2.44) #1 SMP PREEMPT_DYNAMIC Debian 6.18.15-1~bpo13+1 (2026-03-12)',
    endOfKernelReserve: 0x4200000,
    memory: [17351, 3316, 13448, 4436, 5328],
    freedK: [44, 2028, 4436, 1080, 888],
    percpuStatic: 217088,
    more: { sizeofPglistData: 174848, sizeofMemSectionUsage: 88, sizeofPcpuChunk: 192, sizeofPrintkInfo: 88 },
    early: ['reserve_mem'],
    callers: {
      ...SINCE_6_16,
    },
  }),
  learned('6.19', {
    version: '6.19.14',
    banner:
      'Linux version 6.19.14+deb13-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils for Debian) 2.44) #1 SMP PREEMPT_DYNAMIC Debian 6.19.14-1~bpo13+1 (2026-05-01)',
    endOfKernelReserve: 0x4200000,
    memory: [17574, 3331, 13688, 4468, 5168],
    freedK: [44, 2028, 4468, 856, 648],
    percpuStatic: 217088,
    more: { sizeofPglistData: 174848, sizeofMemSectionUsage: 88, sizeofPcpuChunk: 192, sizeofPrintkInfo: 88 },
    early: ['reserve_mem'],
    callers: {
      ...SINCE_6_16,
    },
  }),
  learned('7.0', {
    version: '7.0.13',
    banner:
      'Linux version 7.0.13+deb13-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils for Debian) 2.44) #1 SMP PREEMPT_DYNAMIC Debian 7.0.13-1~bpo13+1 (2026-07-05)',
    endOfKernelReserve: 0x4200000,
    memory: [17754, 3432, 13780, 4496, 4980],
    freedK: [44, 2028, 4496, 676, 556],
    percpuStatic: 221184,
    more: {
      sizeofPglistData: 174848,
      sizeofMemSectionUsage: 88,
      sizeofPcpuChunk: 192,
      sizeofPrintkInfo: 112,
    },
    early: ['reserve_mem'],
    callers: {
      ...SINCE_6_16,
    },
  }),
  learned('7.1', {
    version: '7.1.13',
    banner:
      'Linux version 7.1.13+deb13-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils for Debian) 2.44) #1 SMP PREEMPT_DYNAMIC Debian 7.1.13-1~bpo13+1 (2026-09-15)',
    endOfKernelReserve: 0x4400000,
    memory: [17820, 3377, 14416, 4572, 4924],
    freedK: [48, 2028, 4572, 608, 1968],
    percpuStatic: 221184,
    more: {
      sizeofPglistData: 175616,
      sizeofMemSectionUsage: 88,
      sizeofPcpuChunk: 192,
      sizeofPrintkInfo: 112,
    },
    early: ['reserve_mem'],
    callers: {
      ...SINCE_6_16,
    },
  }),
  learned('7.2', {
    version: '7.2.13',
    banner:
      'Linux version 7.2.13+deb14-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-16 (Debian 16.2.0-4) 16.2.0, GNU ld (GNU Binutils for Debian) 2.47.50.20261021) #1 SMP PREEMPT_DYNAMIC Debian 7.2.13-1 (2026-10-28)',
    endOfKernelReserve: 0x4200000,
    memory: [19242, 3438, 13708, 4648, 3776],
    freedK: [48, 2028, 4648, 1236, 628],
    percpuStatic: 221184,
    more: {
      sizeofPglistData: 176256,
      sizeofMemSectionUsage: 88,
      sizeofPcpuChunk: 128,
      sizeofPrintkInfo: 112,
    },
    early: SINCE_7_2,
    callers: {
      ...SINCE_6_16,
      vmemmap_alloc_block_buf: 'vmemmap_populate_hugepages',
    },
  }),
  learned('7.3', {
    version: '7.3.4',
    banner:
      'Linux version 7.3.4+deb13-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils for Debian) 2.44) #1 SMP PREEMPT_DYNAMIC Debian 7.3.4-1~bpo13+1 (2026-11-15)',
    endOfKernelReserve: 0x4400000,
    memory: [18255, 3426, 14708, 4664, 4684],
    freedK: [2028, 4664, 176, 1676],
    percpuStatic: 221184,
    more: {
      sizeofPglistData: 176320,
      sizeofMemSectionUsage: 88,
      sizeofPcpuChunk: 128,
      sizeofPrintkInfo: 112,
    },
    early: SINCE_7_2,
    callers: {
      'setup_arch#first-megabyte': 'reserve_real_mode',
      __alloc_bootmem_huge_page: 'alloc_bootmem_huge_page',
      vmemmap_alloc_block_buf: 'vmemmap_populate_hugepages',
    },
  }),
];
