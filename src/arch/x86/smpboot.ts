// Mirrors announce_cpu() and do_boot_cpu()'s failure in arch/x86/kernel/smpboot.c, and smp_init() of kernel/smp.c (v6.1): the
// lines that tell how secondary CPUs come up. printBroughtUp() has the last one.
import type { CpuId, Nid } from '../../lib/units.ts';

/** A CPU that the kernel tried to start, and whether it came up. */
export interface StartedCpu {
  readonly cpu: CpuId;
  readonly node: Nid;
  readonly up: boolean;
}

/** num_possible_cpus() and num_possible_nodes(), which the columns are made for. */
export interface SmpBootWidths {
  readonly possibleCpus: number;
  readonly possibleNodes: number;
}

/** A line and its log level. */
export interface SmpBootLine {
  readonly level: number;
  readonly text: string;
}

const INFO = 6;
const ERR = 3;

/** The lines for secondary CPUs in the order in which they were started. A failure ends the line that stands open. */
export function smpBootLines(started: readonly StartedCpu[], widths: SmpBootWidths): SmpBootLine[] {
  const width = digits(widths.possibleCpus) + 1;
  const nodeWidth = digits(widths.possibleNodes) + 1;
  const lines: SmpBootLine[] = [{ level: INFO, text: 'smp: Bringing up secondary CPUs ...' }];
  let open = '';
  let currentNode: Nid | null = null;
  const close = (): void => {
    if (open !== '') lines.push({ level: INFO, text: open });
    open = '';
  };
  for (const { cpu, node, up } of started) {
    if (cpu === 1) lines.push({ level: INFO, text: 'x86: Booting SMP configuration:' });
    if (node !== currentNode) {
      close();
      currentNode = node;
      open = `.... node ${`#`.padStart(nodeWidth - digits(node) + 1)}${node}, CPUs:  `;
    }
    if (cpu === 1) open += ' '.repeat(width + 1); // where the boot CPU would stand
    open += `${'#'.padStart(width - digits(cpu) + 1)}${cpu}`;
    if (up) continue;
    close();
    lines.push({ level: ERR, text: `smpboot: do_boot_cpu failed(-1) to wakeup CPU#${cpu}` });
  }
  close();
  return lines;
}

/** num_digits() of arch/x86/lib/misc.c. */
function digits(value: number): number {
  return String(value).length;
}
