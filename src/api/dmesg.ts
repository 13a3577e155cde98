// A kernel log read: the machine that printed it, and its lines without timestamps.
import { isMemoryLine } from '../kernels/memory_lines.ts';
import { logLines } from '../machine/import/lines.ts';
import { machineFromLog } from '../machine/import/from-log.ts';
import type { MachineSpec } from '../machine/spec.ts';

/** A kernel log as parseDmesg() reads it. */
export interface Dmesg {
  /** The machine as far as a prediction may know it; what had to be assumed is in `warnings`. */
  readonly machine: MachineSpec;
  /** Every line without timestamp and prefixes, in order. */
  readonly lines: readonly { readonly text: string; readonly memory: boolean }[];
}

/**
 * Reads a kernel log of any distribution, with or without timestamps.
 * @throws InputError 'log' where it has no firmware map, or a line of it is damaged
 */
export function parseDmesg(text: string, name = 'dmesg'): Dmesg {
  const machine = machineFromLog(text, { name, origin: { kind: 'log', path: name } });
  const lines = logLines(text).map((read) => {
    const line = read.text.trimEnd();
    return { text: line, memory: isMemoryLine(line) };
  });
  return { machine, lines };
}
