// Which node each secondary CPU came up on, as a log says it: the only place where one of 6.12 and later does, which no longer prints
// the CPUs of an SRAT.
import type { Nid } from '../../lib/units.ts';
import { MAX_CPUS, MAX_NODES } from '../spec/limits.ts';
import type { LogText } from './lines.ts';

/** announce_cpu() in arch/x86/kernel/smpboot.c: since 3.13, and from 2.6.33 to 3.12. */
const NODE = /^\.\.\.\. node +#(\d{1,4}), CPUs: /;
const OLD_NODE = /^(?:smpboot: )?Booting Node +(\d{1,4}), Processors /;
const CPU = /#(\d{1,5})(?![0-9])/g;

/** Nodes that the kernel makes up: no table has them. */
const FAKE_NODES = /(?:^| )numa=fake/;

/**
 * By CPU number; a CPU that is named twice is on its first node. Empty where the log says nothing, or names nodes of `numa=fake`. CPU 0 is
 * never named.
 */
export function cpuNodesFromLines(lines: readonly LogText[], cmdline: string): ReadonlyMap<number, Nid> {
  const nodes = new Map<number, Nid>();
  if (FAKE_NODES.test(cmdline)) return nodes;
  for (const { text } of lines) {
    const match = NODE.exec(text) ?? OLD_NODE.exec(text);
    if (!match) continue;
    const node = Number(match[1]);
    if (node >= MAX_NODES) continue;
    for (const [, digits = ''] of text.slice(match[0].length).matchAll(CPU)) {
      const cpu = Number(digits);
      if (cpu > 0 && cpu < MAX_CPUS && !nodes.has(cpu)) nodes.set(cpu, node);
    }
  }
  return nodes;
}

/** The boot CPU's node, which no line names: 0 where other CPUs are there, else that of CPU 1. */
export function bootCpuNode(nodes: ReadonlyMap<number, Nid>): Nid {
  return [...nodes.values()].includes(0) ? 0 : (nodes.get(1) ?? 0);
}
