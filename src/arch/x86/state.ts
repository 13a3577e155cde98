// The state of one boot that only arch/x86 touches, beside the BootContext that mm shares.
import type { BootContext } from '../../mm/context.ts';
import type { HugetlbParams } from '../../mm/hugetlb.ts';
import type { BootParams } from './boot/params.ts';
import type { E820Table } from './e820_table.ts';
import type { NumaState } from './numa_state.ts';
import type { RangeSet } from '../../lib/ranges.ts';
import type { Pfn, PhysAddr } from '../../lib/units.ts';

/** What setup_arch keeps in its own globals. */
export interface X86State {
  readonly ctx: BootContext;
  readonly bootParams: BootParams;
  /** e820_table: changes as boot goes on. */
  readonly e820: E820Table;
  /** e820_table_firmware: as the firmware reported it, sanitised. */
  e820Firmware: E820Table;
  /** Set by mem= and memmap=: the user's map is printed after the early parameters. */
  userMemmap: boolean;
  readonly numa: NumaState;
  /** pfn_mapped, max_pfn_mapped: what the direct mapping covers. */
  readonly pfnMapped: RangeSet;
  maxPfnMapped: Pfn;
  /** _brk_end as it grows, until reserve_brk. */
  brkEnd: PhysAddr;
  /** Physical address of _text: where the boot loader or EFI stub put the kernel. */
  kernelStart: PhysAddr;
  /** kaslr_enabled(): image, direct mapping, vmalloc space and CPU entry areas are at random addresses. */
  readonly kaslr: boolean;
  /** setup_max_cpus (maxcpus=, nosmp), setup_possible_cpus (possible_cpus=). */
  maxCpus: number;
  possibleCpusParam: number | null;
  acpiDisabled: boolean;
  gbPagesWanted: boolean;
  /** hugetlb's parameters, where setup_arch has acted on them already. */
  hugetlb: HugetlbParams | null;
  /** EFI boot services memory that this boot reserved for the firmware and gives back at the end. */
  readonly efiFreeable: { readonly start: PhysAddr; readonly end: PhysAddr }[];
}
