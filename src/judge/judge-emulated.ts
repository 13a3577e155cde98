// A 32-bit Linux that ran on v86, held against QEMU's boot of the same machine and against the model.
import type { Comparison } from '../ask/verify/compare.ts';
import { fidelityOf, type Fidelity } from '../ask/verify/fidelity.ts';
import { memoryLines, withoutTimestamp } from '../kernels/memory_lines.ts';
import { diffLines } from '../text/diff_lines.ts';
import { kernelLog } from './boot.ts';
import type { Judgement } from './judge.ts';

/** One kernel's log against the model's. */
export interface EmulatedVerdict {
  readonly name: string;
  readonly fidelity: Fidelity;
  readonly comparisons: readonly Comparison[];
}

/**
 * Two verdicts: what the kernel under v86 found, with the lines in which it differs from the one under QEMU, and what the one
 * under QEMU found. `console` is all that v86's guest printed.
 */
export function emulatedVerdicts(console: string, judged: Judgement): EmulatedVerdict[] {
  const log = kernelLog(console.split('\n'));
  const { name, fidelity, comparisons, record } = judged;
  return [
    {
      name: `${name} under v86`,
      fidelity: fidelityOf(log, record?.logLines ?? []),
      comparisons: [compareLogs(log, judged.log)],
    },
    { name: `${name} under QEMU`, fidelity, comparisons },
  ];
}

/** Memory lines that only one of two kernels printed. */
function compareLogs(emulated: readonly string[], qemu: readonly string[]): Comparison {
  const [left, right] = [emulated, qemu].map((log) =>
    memoryLines(log.map(withoutTimestamp)).map((line) => line.text),
  ) as [string[], string[]];
  const differing = diffLines(left, right).flatMap((entry) => {
    if (entry.kind === 'same') return [];
    return entry.kind === 'left' ? [`- ${left[entry.left]}`] : [`+ ${right[entry.right]}`];
  });
  return { what: "QEMU's memory lines", count: right.length, differing };
}
