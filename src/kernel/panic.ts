// Mirrors what panic() of kernel/panic.c and report_bug() of lib/bug.c (v6.1) say first: the kernel ends here, and so does the
// model. This is no fault of the model (lib/bug.ts) and no bad input: it is what Linux does on such a machine.
import type { Printk } from './printk.ts';

/** Thrown where Linux would stop for good; its last line is in the log already. src/boot/panic.ts makes a run record of it. */
export class KernelPanic extends Error {
  constructor(lastLine: string) {
    super(lastLine);
    this.name = 'KernelPanic';
  }
}

const EMERGENCY = 0;
const CRITICAL = 2;
const WARNING = 4;

/** panic(): prints the line; to be thrown by the caller. What follows in a real log (stack, end mark) is not modelled. */
export function panic(printk: Printk, text: string): KernelPanic {
  const line = `Kernel panic - not syncing: ${text}`;
  printk.print(line, EMERGENCY);
  return new KernelPanic(line);
}

/** Where a BUG_ON() stands in the kernel's source. */
export interface BugPlace {
  readonly file: string;
  readonly line: number;
}

/** BUG_ON(): prints the two lines that say where; to be thrown by the caller. */
export function kernelBug(printk: Printk, { file, line }: BugPlace): KernelPanic {
  const text = `kernel BUG at ${file}:${line}!`;
  printk.print('------------[ cut here ]------------', WARNING);
  printk.print(text, CRITICAL);
  return new KernelPanic(text);
}
