// Mirrors smp_init of kernel/smp.c (v6.1), as far as its last line goes.
import type { Printk } from './printk.ts';

/** Tells how many nodes and CPUs are up. */
export function printBroughtUp(printk: Printk, nodes: number, cpus: number): void {
  const plural = (count: number): string => (count > 1 ? 's' : '');
  printk.info(`smp: Brought up ${nodes} node${plural(nodes)}, ${cpus} CPU${plural(cpus)}`);
}
