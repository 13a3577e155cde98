// How large a described machine may be, and why: bounds of the kernel's own where it has some, else of the hardware that is
// described. What lies beyond would be thrown away by any kernel that reads it, after it has cost minutes and gigabytes.
import { MiB } from '../../lib/units.ts';

/** NR_CPUS of distributions (CONFIG_MAXSMP, arch/x86/Kconfig 6.1): a kernel numbers no CPU beyond. */
export const MAX_CPUS = 8192;
/** MAX_NUMNODES with NODES_SHIFT 10 (arch/x86/Kconfig 6.1). */
export const MAX_NODES = 1024;
/** Entries of the firmware's map. INT 15h has no bound; Linux takes the first 128, and the payload counts no further than this. */
export const MAX_MAP_ENTRIES = 4096;
/** Memory ranges of all nodes together: Linux takes 2048 (NR_NODE_MEMBLKS) and throws the SRAT away beyond. */
export const MAX_NODE_RANGES = 4096;
/** Bytes of one table. The largest known, DSDTs of big servers, have some 2 MiB. */
export const MAX_TABLE_SIZE = 16 * MiB;
/** Bytes of all tables together: they are in this process' memory. */
export const MAX_TABLES_SIZE = 64 * MiB;
/** Linux' list of tables has 128 places when early boot reads it (ACPI_MAX_TABLES, drivers/acpi/tables.c 6.1). */
export const MAX_TABLES = 1024;
/** Entries of an MP table: an APIC id has 8 bits there, and 255 is the broadcast (MP specification 1.4, section 4.3.1). */
export const MAX_MP_CPUS = 255;
/** Descriptors of an EFI memory map; machines have some hundreds. */
export const MAX_EFI_DESCRIPTORS = 8192;
export const MAX_EFI_TABLES = 256;
/** Characters of a name or a sentence. */
export const MAX_TEXT = 4096;
/** Characters of a command line in a description: more than any kernel takes (2047), so that one can see it cut. */
export const MAX_CMDLINE = 65_536;
/** Characters of a node's CPU list: every other CPU by itself. */
export const MAX_CPU_LIST = 65_536;
/** Characters of an address or a size. */
export const MAX_SIZE_TEXT = 64;

export const MAX_CPUS_EXPECTED = `expected at most ${MAX_CPUS} CPUs, which is what Linux can number (NR_CPUS)`;

/** Variable MTRRs: 8 bits of the MTRRcap register count them. */
export const MAX_MTRRS = 255;
