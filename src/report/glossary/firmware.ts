// Words of what comes before the kernel: firmware, its map and its tables.
import type { Topic } from './term.ts';

export const FIRMWARE: Topic = {
  title: 'Firmware, its map and its tables',
  terms: [
    {
      word: 'reset vector',
      meaning: 'address 0xfffffff0, where an x86 CPU fetches its first instruction: firmware lies there.',
    },
    {
      word: 'firmware',
      also: ['BIOS', 'UEFI', 'EFI', 'SeaBIOS'],
      meaning:
        'the program that a board brings: it sets the machine up, describes it in tables, and starts the kernel. Here it is a ROM of 64 KiB of our own, or your SeaBIOS.',
    },
    {
      word: 'payload',
      meaning:
        "what firmware starts. Ours asks what a kernel's set-up code asks and leaves the answers in the handoff block.",
    },
    {
      word: 'handoff block',
      also: ['handoff', 'boot_params'],
      meaning:
        'everything that the payload found, as bytes: all that the kernel model knows of a machine. Linux calls its own boot_params.',
    },
    {
      word: 'fw_cfg',
      meaning: "QEMU's device through which firmware reads files that the host names; our board has it too.",
    },
    {
      word: 'e820 map',
      also: ['e820', 'INT 15h', 'firmware map'],
      meaning:
        'the list in which firmware tells what is usable memory and what is not; named after BIOS call 15h, AX=E820h.',
    },
    {
      word: 'EBDA',
      meaning:
        'extended BIOS data area: a KiB or more that BIOS keeps at the end of the first 640 KiB. Linux leaves it alone.',
    },
    {
      word: 'RSDP',
      meaning:
        'the pointer that Linux looks for to find the ACPI tables; it lies in the EBDA or below 1 MiB.',
    },
    {
      word: 'ACPI tables',
      also: ['ACPI'],
      meaning:
        'tables in memory with which firmware describes the machine. Early boot reads a handful of them.',
    },
    { word: 'MADT', meaning: 'the ACPI table that lists CPUs, each by its APIC id.' },
    {
      word: 'SRAT',
      meaning: 'the ACPI table that says to which node each CPU and each range of memory belongs.',
    },
    { word: 'SLIT', meaning: 'the ACPI table of distances between nodes: 10 is a node to itself.' },
    { word: 'MP table', meaning: 'an older list of CPUs, from before ACPI.' },
    {
      word: 'APIC id',
      meaning: "a CPU's number in hardware; Linux's own numbers follow the order in which it meets them.",
    },
    {
      word: 'MTRR',
      meaning:
        'registers of the CPU that say which addresses may be cached. Memory that none of them lets be written back, Linux takes out of the map.',
    },
    { word: 'CPUID', meaning: 'the instruction by which a CPU tells what it is and what it can do.' },
    {
      word: 'INIT-SIPI',
      also: ['SIPI'],
      meaning: 'the two messages with which the first CPU starts another: reset, and begin at this page.',
    },
  ],
};
