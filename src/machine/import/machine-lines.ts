// What else a log tells about the machine before memory is set up: kernel version, command line, initrd, MP table, DMI.
import type { PhysAddr } from '../../lib/units.ts';
import type { LogText } from './lines.ts';

export interface MachineLines {
  /** `6.1`, null where the banner is missing. */
  readonly kernel: string | null;
  readonly cmdline: string | null;
  readonly initrd: { readonly image: PhysAddr; readonly size: number } | null;
  /** Address of the MP floating pointer. */
  readonly mpPointer: PhysAddr | null;
  /** What stands after `DMI: `: vendor, product, BIOS version and date. */
  readonly dmi: string | null;
}

function first(lines: readonly LogText[], pattern: RegExp): RegExpExecArray | null {
  for (const { text } of lines) {
    const match = pattern.exec(text);
    if (match) return match;
  }
  return null;
}

export function machineFromLines(lines: readonly LogText[]): MachineLines {
  const version = first(lines, /^Linux version (\d+)\.(\d+)/);
  const cmdline = first(lines, /^Command line: ?(.*)$/) ?? first(lines, /^Kernel command line: ?(.*)$/);
  const ramdisk = first(lines, /^RAMDISK: \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]/i);
  const mp = first(lines, /^found SMP MP-table at \[mem 0x([0-9a-f]+)-0x[0-9a-f]+\]/i);
  const dmi = first(lines, /^DMI: (?!SMBIOS |Memory slots )(.+?)\s*$/);
  const image = ramdisk ? parseInt(ramdisk[1] ?? '0', 16) : 0;
  return {
    kernel: version ? `${version[1]}.${version[2]}` : null,
    cmdline: cmdline?.[1] ?? null,
    initrd: ramdisk ? { image, size: parseInt(ramdisk[2] ?? '0', 16) + 1 - image } : null,
    mpPointer: mp ? parseInt(mp[1] ?? '0', 16) : null,
    dmi: dmi?.[1] ?? null,
  };
}
