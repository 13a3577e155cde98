// What becomes of the machine: whether it can be described, found and booted at all.
import type { Hit, LintMachine, Rule } from '../types.ts';

export const OUTCOME_RULES: readonly Rule[] = [
  {
    id: 'contradiction',
    severity: 'error',
    why: 'Two values of the description exclude each other: a CPU in two nodes, a domain twice.',
    source: 'docs/machine-description.md',
    linux: 'takes the last that the table says',
    since: '2.6.12',
    *check({ contradictions }) {
      for (const { path, message } of contradictions) yield { path, message };
    },
  },
  {
    id: 'cannot-be-built',
    severity: 'error',
    why: 'No firmware could hand this machine over.',
    source: 'docs/machine-description.md',
    linux: 'never starts',
    since: '2.6.12',
    *check({ refused, entries }) {
      // a map without usable memory has a rule of its own
      if (refused !== null && entries.some(({ type }) => type === 1)) yield refused;
    },
  },
  {
    id: 'kernel-panics',
    severity: 'error',
    why: 'Linux does not come up.',
    source: 'the model of this kernel',
    linux: 'panics',
    since: '2.6.12',
    *check({ boot }) {
      if (boot?.panic) yield { message: boot.panic };
    },
  },
  ...[
    said(
      'kernel-not-in-ram',
      'error',
      'The kernel stands where the map has no usable memory.',
      '.text .data .bss are not marked as E820_TYPE_RAM!',
      'arch/x86/kernel/setup.c (v6.1), e820_add_kernel_range',
      'makes the range usable, whatever is there',
      '3.6',
    ),
    said(
      'no-trampoline',
      'error',
      'Other CPUs start below 1 MiB, at a trampoline that needs free pages there.',
      'No sub-1M memory is available for the trampoline',
      'arch/x86/realmode/init.c (v6.1), reserve_real_mode',
      'panics when it would start the second CPU, or suspend',
      '5.14',
    ),
  ],
];

/** A rule about a line of the log. */
function said(
  id: string,
  severity: Rule['severity'],
  why: string,
  line: string,
  source: string,
  linux: string,
  since: string,
): Rule {
  return {
    ...{ id, severity, why, source, linux, since },
    *check({ boot }: LintMachine): Generator<Hit> {
      if (boot?.log.some((text) => text.includes(line))) yield { message: `the kernel would say: ${line}` };
    },
  };
}
