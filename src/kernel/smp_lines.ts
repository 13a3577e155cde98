// Mirrors smp_init of kernel/smp.c (v6.1), as far as its last line goes.
import type { Printk } from './printk.ts';
import type { TextRules } from './text_rules.ts';

/** Tells how many nodes and CPUs are up. */
export function printBroughtUp(
  printk: Printk,
  nodes: number,
  cpus: number,
  form: TextRules['broughtUpLine'],
): void {
  const plural = (count: number): string => (count > 1 ? 's' : '');
  const onNodes = `${nodes} node${plural(nodes)}, ${cpus} CPU`;
  if (form === 'smp') printk.info(`smp: Brought up ${onNodes}${plural(cpus)}`);
  else printk.info(form === 'booted' ? `x86: Booted up ${onNodes}s` : `Brought up ${cpus} CPUs`);
}
