// What the page and its worker say to each other. The kernel model runs in the worker only.
import type { FitsOption } from '../ask/fits/types.ts';
import type { Finding } from '../ask/lint/types.ts';
import type { LogLine } from '../kernel/printk.ts';
import type { RunRecord } from '../init/record.ts';
import type { TracedStep } from '../cpus/simulated/explore/trace.ts';
import type { CurvePoint } from '../report/threads-chart.ts';

/** Where the machine comes from. */
export type MachineSource =
  | { readonly kind: 'builtin'; readonly name: string }
  /** A description in YAML or JSON, or a kernel log; `name` is a file's name, or what stands for it. */
  | { readonly kind: 'text'; readonly text: string; readonly name: string };

/** What is to be booted. */
export interface Wanted {
  readonly source: MachineSource;
  /** More kernel parameters. */
  readonly append: string;
  /** A built-in kernel's name; null for the machine's own, or the nearest that is known. */
  readonly kernel: string | null;
}

export interface BootRequest extends Wanted {
  readonly type: 'boot';
  /** Answers carry it; answers to older requests are dropped. */
  readonly id: number;
  /** Threads a node; null for what the architecture says. */
  readonly cap: number | null;
}

export interface CurveRequest extends Wanted {
  readonly type: 'curve';
  readonly id: number;
  /** Threads a node, one point each. */
  readonly caps: readonly number[];
}

/** A failure's token as the explorer prints it. */
export interface ReplayRequest {
  readonly type: 'replay';
  readonly id: number;
  readonly token: string;
}

/** A real 32-bit Linux on the machine; `kernel` is a bzImage, `name` its file's. */
export interface LinuxRequest {
  readonly type: 'linux';
  readonly id: number;
  readonly source: MachineSource;
  readonly append: string;
  readonly kernel: Uint8Array;
  readonly name: string;
}

export interface DescribeRequest {
  readonly type: 'describe';
  readonly id: number;
  readonly name: string;
}

/** What may be asked memory for; the spec is what stands behind the parameter's `=`. */
export const FITS_QUESTIONS = [
  'crashkernel',
  'hugepages',
  'memmap',
  'cma',
  'reserve-mem',
] as const satisfies readonly FitsOption[];
/** Questions about the whole machine, answered in the words of the command line. */
export const TEXT_QUESTIONS = ['movable', 'reserved', 'slow-boot'] as const;
export type TextQuestion = (typeof TEXT_QUESTIONS)[number];

export interface AskRequest extends Wanted {
  readonly type: 'ask';
  readonly id: number;
  readonly question: FitsOption | TextQuestion | 'lint';
  /** Empty where the question takes none. */
  readonly spec: string;
}

/** A finding with what its rule says. */
export interface ExplainedFinding extends Omit<Finding, 'path'> {
  readonly why: string;
  readonly linux: string;
}

export type Request =
  AskRequest | BootRequest | CurveRequest | ReplayRequest | DescribeRequest | LinuxRequest;

export type Answer =
  | { readonly type: 'phase'; readonly id: number; readonly text: string }
  | { readonly type: 'serial'; readonly id: number; readonly text: string }
  | { readonly type: 'lines'; readonly id: number; readonly lines: readonly LogLine[] }
  | {
      readonly type: 'booted';
      readonly id: number;
      readonly record: RunRecord;
      /** What the import assumed, one sentence each. */
      readonly assumed: readonly string[];
      readonly instructions: number;
      readonly firmwareMs: number;
      readonly modelMs: number;
    }
  | {
      readonly type: 'points';
      readonly id: number;
      readonly points: readonly CurvePoint[];
      readonly done: boolean;
    }
  /** What the command line would print. */
  | { readonly type: 'answered'; readonly id: number; readonly text: string }
  | { readonly type: 'linted'; readonly id: number; readonly findings: readonly ExplainedFinding[] }
  | { readonly type: 'description'; readonly id: number; readonly yaml: string }
  | {
      readonly type: 'replayed';
      readonly id: number;
      readonly about: string;
      readonly steps: readonly TracedStep[];
      /** The failure's message; null where the schedule ends well. */
      readonly end: string | null;
    }
  /** The memory lines that the model predicts of that Linux; `kernel` is the one that it knows best. */
  | {
      readonly type: 'linux-model';
      readonly id: number;
      readonly kernel: string;
      readonly lines: readonly string[];
    }
  /** A piece of the real one's console. */
  | { readonly type: 'linux-text'; readonly id: number; readonly text: string }
  | { readonly type: 'linux-end'; readonly id: number; readonly end: 'init' | 'panic' | 'deadline' }
  /** Bad input, one line each; `bug` where it is ours. */
  | { readonly type: 'failed'; readonly id: number; readonly message: string; readonly bug: boolean };
