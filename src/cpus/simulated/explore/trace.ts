// A step in words, and a schedule drawn as a table of CPUs × steps.
import type { CpuId } from '../../../lib/units.ts';
import type { Op, Word } from '../../../cpu/op.ts';

/** One step of a schedule. */
export interface TracedStep {
  readonly step: number;
  readonly cpu: CpuId;
  readonly thread: string;
  readonly what: string;
}

/** A request in words. */
export function describeOp(op: Op | undefined, name: (at: Word) => string): string {
  if (op === undefined) return 'goes on';
  switch (op.op) {
    case 'cmpxchg':
      return op.lock ? `lock ${name(op.at)}` : `cmpxchg ${name(op.at)} ${op.old}→${op.next}`;
    case 'release':
      return op.lock ? `unlock ${name(op.at)}` : `set ${name(op.at)} = ${op.value}, wake`;
    case 'wait':
      return `wait while ${name(op.at)} = ${op.value}`;
    case 'wake':
      return `wake ${name(op.at)}`;
    case 'start':
      return `start ${op.name}`;
    case 'run':
      return `${op.work} [${op.start}, ${op.end})`;
    case 'cpu':
      return `CPU ${op.cpu} ${op.up ? 'up' : 'down'}`;
    default:
      return op.op;
  }
}

/** A table has no more columns and rows than these: beyond, one column names the CPU, and the first steps are left out. */
const MAX_COLUMNS = 8;
const MAX_ROWS = 400;

/** A table with one column for each CPU and one row for each step; consecutive steps of a thread name it once. */
export function drawSchedule(whole: readonly TracedStep[], cpus: number, error: string | undefined): string {
  const trace = whole.slice(-MAX_ROWS);
  const used = Array.from({ length: cpus }, (_, cpu) => cpu).filter((cpu) =>
    trace.some((s) => s.cpu === cpu),
  );
  const wide = used.length > MAX_COLUMNS;
  const columns = wide ? [-1] : used;
  const cells = trace.map((step, i) => {
    const before = trace[i - 1];
    const same = before?.thread === step.thread && before.cpu === step.cpu;
    const where = wide ? `CPU ${step.cpu} ` : '';
    return `${same ? '' : `${where}${step.thread}: `}${step.what}`;
  });
  const isIn = (column: number, step: TracedStep): boolean => column === -1 || column === step.cpu;
  const widths = columns.map((column) =>
    Math.max(6, ...trace.map((step, i) => (isIn(column, step) ? (cells[i] as string).length : 0))),
  );
  const row = (step: string, texts: readonly string[]): string =>
    `${step.padStart(4)} │ ${texts.map((text, i) => text.padEnd(widths[i] as number)).join(' │ ')}`.trimEnd();
  const lines = [
    row(
      'step',
      columns.map((column) => (column === -1 ? 'CPUs' : `CPU ${column}`)),
    ),
    `${'─'.repeat(5)}┼${widths.map((width) => '─'.repeat(width + 2)).join('┼')}`,
  ];
  if (trace.length < whole.length) lines.push(row('…', [`${whole.length - trace.length} steps before`]));
  trace.forEach((step, i) =>
    lines.push(
      row(
        String(step.step),
        columns.map((column) => (isIn(column, step) ? (cells[i] as string) : '')),
      ),
    ),
  );
  if (error !== undefined) lines.push(`     ╰─ ${error}`);
  return lines.join('\n');
}
