// Logs that no prediction can be made from, each with the sentence that says why and what would help.
import { InputError } from '../../lib/input-error.ts';
import type { LogText } from './lines.ts';

/** `Xen: [mem …] usable`, since 2.6.37; before that ` Xen: 0000… - 0000… (usable)`. */
const XEN_PV = /^ ?Xen: (?:\[mem 0x|[0-9a-f]{16} - )/;
/** Lines that only a kernel with high memory prints, and releases of distributions that are 32-bit. */
const BITS_32 =
  /^\d{1,6}MB (?:HIGHMEM|LOWMEM) available|^  HighMem {1,8}(?:\[mem|empty)|^Linux version \d\S{0,60}[.-](?:i[3-6]86|[56]86(?:-pae)?)(?= |$)/;
const OTHER_ARCH =
  /^Booting Linux on (?:physical CPU|hart)|^Linux version \d\S{0,80}(?:aarch64|armv[5-8]|ppc64|riscv64|s390x)/;
const NOT_ALLOWED = /^dmesg: read kernel buffer failed/;
const BANNER = /^Linux version \d/;

/** @throws InputError 'log' where the kernel has a map, and is none that is modelled */
export function refuseForeign(lines: readonly LogText[], path: string): void {
  const found = lines.find(({ text }) => BITS_32.test(text));
  if (found)
    throw new InputError(
      'log',
      `${path}:${found.line}: the log of a 32-bit kernel: expected one of x86-64 (high memory is not modelled)`,
    );
}

/** What to say of a log in which no boot has a firmware map. */
export function withoutMap(lines: readonly LogText[], path: string): InputError {
  const xen = lines.find(({ text }) => XEN_PV.test(text));
  const say = (line: number | undefined, text: string): InputError =>
    new InputError('log', `${path}${line === undefined ? '' : `:${line}`}: no BIOS-e820 lines: ${text}`);
  if (xen)
    return say(
      xen.line,
      'the log of a Xen PV guest, which gets its memory from the hypervisor: expected a machine with firmware (HVM, PVH or bare metal)',
    );
  const refused = lines.find(({ text }) => NOT_ALLOWED.test(text));
  if (refused)
    return say(
      refused.line,
      'dmesg was not allowed to read the kernel buffer: expected what root sees (sudo dmesg)',
    );
  const other = lines.find(({ text }) => OTHER_ARCH.test(text));
  if (other) return say(other.line, 'the log of another architecture: expected one of x86-64');
  if (lines.some(({ text }) => BANNER.test(text)))
    return say(
      undefined,
      'expected a kernel log from "Linux version" on, with the map that the firmware handed over (dmesg has it where a console with quiet has not)',
    );
  return say(
    undefined,
    'the log lost its beginning: expected a kernel log from "Linux version" on (journalctl -k -b keeps it, log_buf_len=1M makes the ring buffer large enough)',
  );
}
