// Values of options that several commands share.
import { InvalidArgumentError } from 'commander';
import { MAX_CPUS, MAX_CPUS_EXPECTED } from '../machine/spec/limits.ts';
import { parseSizeNumber } from '../machine/spec/size.ts';
import { InputError } from '../lib/input-error.ts';
import { parseMaxThreads, type MaxThreadsHook } from '../boot/max_threads_text.ts';

/** For commander's `option(flags, text, positiveInteger)`. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('expected a whole number from 1.');
  return value;
}

/** A boot of a log with several: 1 is the first, -1 the last. */
export function bootNumber(text: string): number {
  const value = Number(text);
  if (!/^-?\d{1,6}$/.test(text) || value === 0)
    throw new InvalidArgumentError('expected a whole number from 1, or from -1 backwards.');
  return value;
}

/** What the options say that go with a log as the machine. */
export const LOG_OPTIONS = {
  boot: 'which boot of a log with several: 1 is the first, -1 the last (else the last whole one)',
  cpuCount: 'number of CPUs, where a log without tables does not tell it',
  initrdSize: "the initrd's exact bytes: a log shows whole pages",
  cpu: 'CPU features, la57=off,pdpe1gb=off,physbits=46, or a copy of /proc/cpuinfo',
  strict: 'refuse to assume anything that nobody told: exit status 2, with the list',
} as const;

/** A number of CPUs that Linux can number. */
export function cpuCount(text: string): number {
  const value = positiveInteger(text);
  if (value > MAX_CPUS) throw new InvalidArgumentError(`${MAX_CPUS_EXPECTED}.`);
  return value;
}

/** `13`, `25%`, `cores`, or a file. */
export function maxThreads(text: string): MaxThreadsHook {
  try {
    return parseMaxThreads(text);
  } catch (error) {
    if (error instanceof InputError)
      throw new InvalidArgumentError(error.message.replace(/^--max-threads \S+: /, ''));
    throw error;
  }
}

/** Kernels stand on 2 MiB (CONFIG_PHYSICAL_ALIGN), at 16 MiB or above. */
const KERNEL_ALIGNMENT = 0x200000;
const KERNEL_LOWEST = 0x1000000;

/** `0x3a000000`, for --kernel-at. */
export function kernelAddress(text: string): number {
  const value = Number(text);
  const isNumber = /^(0[xX][0-9a-fA-F]+|\d+)$/.test(text) && Number.isSafeInteger(value);
  if (!isNumber || value < KERNEL_LOWEST || value % KERNEL_ALIGNMENT !== 0)
    throw new InvalidArgumentError('expected an address from 0x1000000, a multiple of 0x200000.');
  return value;
}

/** Any whole number from 0 that JavaScript holds exactly. */
export function seed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('expected a whole number from 0.');
  return value;
}

/** `64G`, `0x40000000`, `300M`: a size in bytes from 1. */
export function byteSize(text: string): number {
  const value = parseSizeNumber(text);
  if (value === null || value < 1) throw new InvalidArgumentError('expected a size, such as 64G or 300M.');
  return value;
}

/** More parameters behind a machine's own command line. */
export function appended(cmdline: string, append: string | undefined): string {
  return [cmdline, append ?? ''].filter((text) => text !== '').join(' ');
}

/** For an option that may be given more than once: undefined where it never was, so that help shows no empty default. */
export function collected(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}
