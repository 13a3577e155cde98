// A description as a guest of QEMU: what the loader loads where, QEMU's arguments, and the description that the model boots.
import { totalmem } from 'node:os';
import { InputError } from '../lib/input-error.ts';
import type { Range } from '../lib/ranges.ts';
import { GiB } from '../lib/units.ts';
import type { FwCfgFile } from '../board/fw-cfg.ts';
import type { MachineSpec, Placed } from '../machine/spec.ts';
import { toBoardConfig } from '../machine/spec/to-board.ts';
import type { BzImage } from './bzimage.ts';
import { loaderFiles } from './loader-files.ts';
import { placesFor } from './place.ts';
import { cpuArgs } from './qemu-cpus.ts';
import { hostMemoryNeeded, memoryArgs, qemuMemory, type Accel } from './qemu-memory.ts';
import { smbiosBlobs } from './smbios.ts';

/** A guest before its first instruction. */
export interface Guest {
  /** As judged: our initrd at its place, and the command line that was really used. The model boots this. */
  readonly spec: MachineSpec;
  readonly files: readonly FwCfgFile[];
  /** QEMU's arguments for the machine; how it is run (ports, files, firmware) comes on top. */
  readonly args: readonly string[];
  /** Tables as bytes, for a capture folder. */
  readonly tables: readonly Placed[];
  /** Longer than that the guest prints something. */
  readonly silenceMs: number;
  /** What differs from the description, one sentence each. */
  readonly notes: readonly string[];
}

export interface PrepareOptions {
  readonly image: BzImage;
  readonly initrd: Uint8Array;
  readonly accel: Accel;
}

/** What a judged kernel must be told, unless the command line has it already; before all else, since each counts from where it stands. */
const PARAMETERS: readonly string[] = [
  'ignore_loglevel',
  'console=ttyS0',
  'earlyprintk=ttyS0,115200', // many map entries overflow the log's buffer before the console is there
  'memblock=debug',
  'panic=-1', // QEMU ends where a kernel restarts
  'nokaslr',
];

/**
 * The guest for `spec`.
 * @throws InputError where QEMU has no such machine, or kernel and initrd have no room
 */
export function prepareGuest(wanted: MachineSpec, options: PrepareOptions): Guest {
  const description = crowded(wanted) ? { ...wanted, cpu: { ...wanted.cpu, hypervisor: TCG } } : wanted;
  if (description.efi !== null)
    throw new InputError(
      'usage',
      `${description.origin.path}: a machine with EFI firmware: judge boots as a BIOS does, expected a machine without efi`,
    );
  const { image, initrd, accel } = options;
  const cmdline = judgedCommandLine(description.cmdline);
  if (cmdline.length > image.cmdlineMax)
    throw new InputError(
      'cmdline',
      `${description.origin.path}: a command line of ${cmdline.length} characters: ${image.release} takes ${image.cmdlineMax}`,
    );
  const config = toBoardConfig(description, { cmdline });
  const smbios = description.dmi === null ? [] : smbiosBlobs(description.dmi, config.blobs.map(rangeOf));
  const tables = [...config.blobs, ...smbios];
  const ranges = tables.map(rangeOf);
  const places = placesFor(description, image, initrd.length, ranges);
  const memory = qemuMemory(description, ranges, accel);
  const needed = hostMemoryNeeded(memory);
  if (needed > totalmem())
    throw new InputError(
      'memory',
      `${description.origin.path}: its struct pages alone need ${gib(needed)}, this host has ${gib(totalmem())}`,
    );
  // judge's command line has nokaslr: what KASLR did elsewhere is no part of this boot
  const { kernelAt } = description;
  const told = kernelAt !== null && kernelAt !== 'unknown' && 'text' in kernelAt ? kernelAt : null;
  const spec = {
    ...description,
    cmdline,
    kernelAt: told,
    initrd: { image: places.initrd, size: initrd.length },
  };
  const loaded = { places, kernel: image.bytes, initrd, tables: smbios };
  return {
    spec,
    files: loaderFiles({ ...config, ramdisk: spec.initrd }, loaded),
    args: [...memoryArgs(memory), ...cpuArgs(description)],
    tables,
    silenceMs: silenceMs(
      description.cpus.filter((cpu) => cpu.enabled).length,
      memory.below4G + memory.above4G,
    ),
    notes: notesOn(wanted, cmdline),
  };
}

function rangeOf(blob: { readonly address: number; readonly bytes: Uint8Array }): Range {
  return { start: blob.address, end: blob.address + blob.bytes.length };
}

function gib(bytes: number): string {
  return `${(bytes / GiB).toFixed(1)} GiB`;
}

/** The description's command line with what a judged kernel needs before it. */
export function judgedCommandLine(cmdline: string): string {
  const words = cmdline.split(' ').filter((word) => word !== '');
  const has = (parameter: string): boolean => {
    const name = parameter.split('=', 1)[0] as string;
    return parameter === 'console=ttyS0'
      ? words.some((word) => word === parameter || word.startsWith(`${parameter},`))
      : words.some((word) => word === name || word.startsWith(`${name}=`));
  };
  return [...PARAMETERS.filter((parameter) => !has(parameter)), ...words].join(' ');
}

/** Twice what whole boots took under the translator on two free cores: 104 CPUs and 768 GiB 330 s, one CPU and 512 MiB 6 s. */
function silenceMs(cpus: number, bytes: number): number {
  const [base, perCpu, perGib] = [120, 5, 0.4];
  return 1000 * Math.ceil(base + perCpu * cpus + (perGib * bytes) / GiB);
}

const TCG = 'TCGTCGTCGTCG';
/** From here on fair spinlocks, which a kernel uses where it sees no hypervisor, hardly move on a host with fewer CPUs. */
const CROWD = 8;

function crowded(description: MachineSpec): boolean {
  const enabled = description.cpus.filter((cpu) => cpu.enabled).length;
  return enabled > CROWD && description.cpu.hypervisor === null;
}

function notesOn(description: MachineSpec, cmdline: string): string[] {
  const notes: string[] = [];
  if (cmdline !== description.cmdline) notes.push(`the command line is "${cmdline}"`);
  if (description.initrd !== null) notes.push("the initrd is judge's own init");
  if (crowded(description))
    notes.push(
      'CPUID says that there is a hypervisor, to kernel and model: so many CPUs would not come up without it',
    );
  const { hypervisor } = description.cpu;
  if (hypervisor !== null && hypervisor !== TCG)
    notes.push(`the hypervisor says ${TCG}, not ${hypervisor}: what a kernel does for that one is not seen`);
  return notes;
}
