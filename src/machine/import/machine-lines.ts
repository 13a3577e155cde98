// What else a log tells about the machine before memory is set up: kernel version, command line, initrd, MP table, DMI.
import { PAGE_SIZE, type PhysAddr } from '../../lib/units.ts';
import { MAX_TEXT } from '../spec/limits.ts';
import type { LogText } from './lines.ts';
import { addressOf, placeOf, sizeOf } from './numbers.ts';

export interface MachineLines {
  /** The release, such as `6.1.0-56-amd64`; null where the banner is missing. */
  readonly kernel: string | null;
  readonly cmdline: string | null;
  /** In whole pages, as every log has it. */
  readonly initrd: { readonly image: PhysAddr; readonly size: number } | null;
  /** Its exact size in bytes, which a kernel prints where it moves the initrd. */
  readonly initrdBytes: number | null;
  /** Address of the MP floating pointer. */
  readonly mpPointer: PhysAddr | null;
  /** What stands after `DMI: `: vendor, product, BIOS version and date. */
  readonly dmi: string | null;
}

interface Found {
  readonly match: RegExpExecArray;
  readonly line: number;
}

function first(lines: readonly LogText[], pattern: RegExp): Found | null {
  for (const { text, line } of lines) {
    const match = pattern.exec(text);
    if (match) return { match, line };
  }
  return null;
}

/** @throws InputError 'log' where a line has a number that no machine has */
export function machineFromLines(lines: readonly LogText[], path: string): MachineLines {
  const version = first(lines, /^Linux version (\d{1,4}\.\d{1,4}[^\s]{0,80})/);
  const cmdline = first(lines, /^Command line: ?(.*)$/) ?? first(lines, /^Kernel command line: ?(.*)$/);
  const ramdisk = first(lines, /^RAMDISK: \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]/i);
  const moved = first(lines, /^Move RAMDISK from \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]/i);
  const mp = first(lines, /^found SMP MP-table at \[mem 0x([0-9a-f]+)-0x[0-9a-f]+\]/i);
  const dmi = first(lines, /^DMI: (?!SMBIOS |Memory slots |not present or invalid)(.+)$/);
  const initrd = ramdisk && initrdOf(ramdisk, path);
  return {
    kernel: version?.match[1] ?? null,
    cmdline: cmdline?.match[1] ?? null,
    initrd,
    initrdBytes: bytesOf(initrd, moved && initrdOf(moved, path)),
    mpPointer: mp && addressOf(mp.match[1] ?? '', placeOf(path, mp.line)),
    dmi: dmiOf(dmi?.match[1]?.trimEnd() ?? ''),
  };
}

function initrdOf({ match, line }: Found, path: string): MachineLines['initrd'] {
  const [, first = '', last = ''] = match;
  const where = placeOf(path, line);
  return { image: addressOf(first, where), size: sizeOf(first, last, where) };
}

/** null for none, and for more than a kernel prints: it has 128 bytes for it. */
function dmiOf(text: string): string | null {
  return text === '' || text.length > MAX_TEXT ? null : text;
}

/** The size of what was moved, where that is the same initrd. */
function bytesOf(initrd: MachineLines['initrd'], moved: MachineLines['initrd']): number | null {
  if (initrd === null || moved?.image !== initrd.image) return null;
  return moved.size <= initrd.size && moved.size > initrd.size - PAGE_SIZE ? moved.size : null;
}
