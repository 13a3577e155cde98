// What each key of a machine description means, for editors: titles and descriptions of schema/machine.schema.json. A test holds that
// every key has both, and that no line here is about a key that there is not.

/** By path (`nodes.memory.start`; lists and alternatives leave no trace), or by the last key alone where all of that name mean one thing. */
const ABOUT: ReadonlyMap<string, string> = new Map([
  ['$schema', 'where editors find this schema; nothing else reads it'],
  ['name', 'what the machine is called in logs and reports'],
  ['about', 'a sentence about the machine'],
  ['map.type', 'as the kernel prints it, or the number that INT 15h gives'],
  ['cpus.apicId', "the CPU's number in hardware"],
  ['cpus.enabled', 'false: in the MADT, but not there yet'],
  ['cpus.sockets', 'processor sockets'],
  ['cpus.cores', 'cores of a socket; 1 where it is left out'],
  ['cpus.threads', 'threads of a core; 1 where it is left out'],
  ['cpus.order', 'apic: siblings next to each other, as QEMU lists them; siblings-last: as bare metal does'],
  ['cpus.hotplug', 'how many of the last CPUs are in the MADT and not there yet'],
  ['nodes.cpus', 'its CPUs by position in the list, such as 0-25,52-77; none where it is left out'],
  ['nodes.memory', 'its ranges of memory, as the SRAT lists them'],
  ['nodes.memory.hotplug', 'memory can be added there later'],
  ['nodes.memory.nonvolatile', 'memory there keeps its contents'],
  ['acpi.rsdp', 'address of the RSDP; 0xf59c0 where it is left out'],
  ['acpi.oemId', 'at most six characters, which the kernel prints beside each table'],
  ['acpi.revision', 'of raw tables: 0 has an RSDT, 2 an XSDT'],
  ['acpi.root', 'RSDT or XSDT of raw tables'],
  ['acpi.root.oemTableId', 'at most eight characters'],
  ['acpi.root.oemRevision', "the table's revision by its maker"],
  ['acpi.root.creatorId', 'at most four characters: the tool that made it'],
  ['acpi.root.creatorRevision', "that tool's version"],
  ['acpi.tables', 'raw tables in the order in which the root lists them; DSDT and FACS hang on the FADT'],
  ['acpi.tables.signature', 'four characters, of a table of which only the length matters'],
  ['acpi.tables.revision', 'of a table of which only the length matters'],
  ['acpi.at', 'where built tables go; the first ACPI data entry with room where it is left out'],
  ['acpi.hpet', 'whether an HPET table is built'],
  ['acpi.mcfg', 'address of the PCI configuration window, or false for no MCFG table'],
  ['acpi.waet', 'whether a WAET table is built: a virtual machine'],
  ['acpi.srat', 'whether an SRAT is built; true where there are nodes'],
  ['address', 'address of its first byte'],
  ['acpi.root.length', 'bytes'],
  ['mpTable', 'an MP floating pointer with its configuration table'],
  ['mpTable.pointer', 'address of the floating pointer'],
  ['mpTable.table', 'address of the table; right behind the pointer where it is left out'],
  ['mpTable.cpus', 'CPU entries of a table that is built'],
  ['mpTable.file', 'the table as bytes, in a file beside the description'],
  ['base64', 'the table as bytes, in base64'],
  ['initrd', 'the initial RAM disk, as a boot loader leaves it'],
  ['initrd.image', 'address of its first byte'],
  ['initrd.size', 'its bytes'],
  ['cmdline', 'the kernel command line; empty where it is left out'],
  ['kernelFacts.version', 'as its banner says'],
  ['kernelFacts.image', 'sizes of the image, in KiB where the name ends in K, else in bytes'],
  ['kernelFacts.config', 'its configuration, as far as a log shows it'],
  ['kernelFacts.has', 'changes of the history that it has, though its version does not'],
  ['kernelFacts.lacks', 'changes of the history that it lacks, though its version has them'],
  ['kernelAt.brk', 'address of the brk area, which follows the image'],
  ['cpu.vendor', "CPUID's vendor, such as GenuineIntel"],
  ['cpu.la57', 'page tables of five levels'],
  ['cpu.pdpe1gb', 'pages of 1 GiB'],
  ['cpu.physBits', 'bits of a physical address'],
  ['cpu.x2apic', 'APIC ids of 32 bits'],
  ['cpu.hypervisor', "a hypervisor's signature, such as KVMKVMKVM; null on bare metal"],
  ['efi', 'what EFI hands over; booted by a BIOS where it is left out'],
  ['efi.revision', 'such as "2.70", or major << 16 | minor'],
  ['efi.vendor', 'as the kernel prints it'],
  ['efi.configTables', "EFI's configuration tables"],
  ['efi.configTables.name', 'as the kernel prints it: ACPI 2.0, SMBIOS, …'],
  ['efi.memmapAddr', "address of EFI's memory map"],
  ['efi.memmapSize', 'its bytes'],
  ['efi.memattrSize', 'bytes of the memory attributes table'],
  ['efi.kernelAddr', 'where the boot loader put the kernel'],
  ['efi.memmap', "EFI's memory map, a descriptor each"],
  ['efi.memmap.type', "EFI's number of the type"],
  ['efi.memmap.pages', 'pages of 4 KiB'],
  ['efi.memmap.attribute', 'bits, such as 0xf for write-back'],
  ['platform.firmwareReserved.withAcpi', 'reserved when the ACPI tables are, not before'],
  ['platform.lowReservedPages', 'pages below 16 MiB that the kernel counts as reserved'],
  ['dmi', 'what the kernel prints after "DMI: "'],
  ['mtrr.ranges', 'what each variable MTRR covers'],
  ['mtrr.ranges.type', 'how it is cached'],
  ['start', 'address of the first byte'],
  ['size', 'bytes; or say end'],
  ['end', 'the last byte, as kernel logs print it; or say size'],
  ...sizesOfImage(),
  ...optionsOfConfig(),
]);

function sizesOfImage(): [string, string][] {
  return Object.entries({
    codeK: 'kernel code, as the line Memory: says',
    rwdataK: 'its rwdata',
    rodataK: 'its rodata',
    initK: 'its init',
    bssK: 'its bss',
    percpuStatic: "bytes of each CPU's static area",
    percpuReserved: 'bytes reserved in it for modules',
    percpuDynamic: 'bytes of its dynamic part',
    sizeofPglistData: 'bytes of the record of a node (pg_data_t)',
  }).map(([key, about]) => [`kernelFacts.image.${key}`, about]);
}

function optionsOfConfig(): [string, string][] {
  return Object.entries({
    nrCpus: 'CONFIG_NR_CPUS',
    logBufShift: 'CONFIG_LOG_BUF_SHIFT',
    logCpuMaxBufShift: 'CONFIG_LOG_CPU_MAX_BUF_SHIFT',
    x86FiveLevel: 'CONFIG_X86_5LEVEL',
    initOnAlloc: 'CONFIG_INIT_ON_ALLOC_DEFAULT_ON',
    initOnFree: 'CONFIG_INIT_ON_FREE_DEFAULT_ON',
    deferredStructPageInit: 'CONFIG_DEFERRED_STRUCT_PAGE_INIT',
    zoneDma: 'CONFIG_ZONE_DMA',
    zoneDevice: 'CONFIG_ZONE_DEVICE',
    numa: 'CONFIG_NUMA',
    x86Mpparse: 'CONFIG_X86_MPPARSE',
    hibernation: 'CONFIG_HIBERNATION',
    memoryHotplug: 'CONFIG_MEMORY_HOTPLUG',
    cpumaskOffstack: 'CONFIG_CPUMASK_OFFSTACK',
    iommuDriver: 'whether a driver of an IOMMU is built in',
    pci: 'CONFIG_PCI',
    slub: 'CONFIG_SLUB',
    initStack: 'what the line "mem auto-init: stack:" says',
  }).map(([key, about]) => [`kernelFacts.config.${key}`, about]);
}

/** Titles that are not just the key in words. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['map', 'Firmware map (E820)'],
  ['cpus', 'CPUs'],
  ['nodes', 'NUMA nodes'],
  ['nodes.pxm', 'Proximity domain'],
  ['nodes.cpus', 'CPUs of the node'],
  ['distances', 'Distances of nodes (SLIT)'],
  ['acpi', 'ACPI tables'],
  ['acpi.rsdp', 'RSDP'],
  ['mpTable', 'MP table'],
  ['cmdline', 'Kernel command line'],
  ['kernelAt', "The kernel's place"],
  ['cpu', 'CPU features'],
  ['efi', 'EFI'],
  ['dmi', 'DMI'],
  ['mtrr', 'Memory type ranges (MTRR)'],
]);

/** `firmwareReserved`: Firmware reserved. */
function titleOf(key: string): string {
  const words = key.replace(/^\$/, '').replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Paths that the table has, for the test. */
export const DESCRIBED: readonly string[] = [...ABOUT.keys(), ...TITLES.keys()];

export interface KeyWords {
  readonly title: string;
  /** Undefined where the schema itself says it. */
  readonly description: string | undefined;
}

/** Title and description of the key at a path. */
export function wordsOfKey(path: readonly string[]): KeyWords {
  const key = path.at(-1) ?? '';
  const whole = path.join('.');
  return { title: TITLES.get(whole) ?? titleOf(key), description: ABOUT.get(whole) ?? ABOUT.get(key) };
}
