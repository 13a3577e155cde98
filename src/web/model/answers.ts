// Boots and curves for the page: v86 runs the firmware, the kernel model runs on what the payload handed over.
import { withMaxThreads } from '../../boot/early.ts';
import { BootPanic } from '../../boot/panic.ts';
import type { BootProgress } from '../../boot/progress.ts';
import { bootSimulated } from '../../boot/simulated.ts';
import type { RunRecord } from '../../init/record.ts';
import type { LogLine } from '../../kernel/printk.ts';
import { countText, plural } from '../../lib/plural.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import { toBoardConfig } from '../../machine/spec/to-board.ts';
import { resolveTiming } from '../../cpus/simulated/cost/timing.ts';
import { runBoard, type BoardImages, type BoardResult } from '../../board/board.ts';
import { earlyStateOf } from '../../predict/early-state.ts';
import { publishedFor } from '../../predict/published/v2.ts';
import { deferredInitMs } from '../../predict/slowest.ts';
import type { Answer, BootRequest, CurveRequest } from '../protocol.ts';
import { fetchImages } from './images.ts';
import { earlyOf, found, type Found } from './kernel.ts';
import { pageWords } from './page-words.ts';
import { machineOf } from './source.ts';

type Post = (answer: Answer) => void;

/** Log lines travel in parcels: one message a line would cost more than the boot. */
const PARCEL = 100;

let loading: Promise<BoardImages> | undefined;

/** Where the worker's own file lies; images lie beside it. */
export async function board(spec: MachineSpec, cmdline: string): Promise<BoardResult> {
  loading ??= fetchImages(self.location.href);
  const images = await loading.catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return runBoard(toBoardConfig(spec, { cmdline }), { images, now: () => performance.now() });
}

export function commandLine(spec: MachineSpec, append: string): string {
  return [spec.cmdline, append].filter((part) => part !== '').join(' ');
}

/** Boots and tells everything on the way: phases, serial line, log lines, at last the record. */
export async function answerBoot(request: BootRequest, post: Post): Promise<void> {
  const { id, source, append } = request;
  post({ type: 'phase', id, text: 'Reading the machine …' });
  const spec = await machineOf(source);
  post({ type: 'phase', id, text: `Booting the firmware of ${spec.name} on v86 …` });
  const { handoff, serial, instructions, wallMs } = await board(spec, commandLine(spec, append));
  post({ type: 'serial', id, text: serial });
  post({ type: 'phase', id, text: 'The kernel model makes memory out of what the firmware handed over …' });
  const parcel = new Parcel(id, post);
  const started = performance.now();
  const machine = await found(spec, handoff, request);
  const record = recordOf(machine, request, {
    onLine: (line) => parcel.add(line),
    onProgress: phases((text) => post({ type: 'phase', id, text })),
  });
  parcel.send();
  const modelMs = performance.now() - started;
  post({
    type: 'booted',
    id,
    record,
    assumed: [...spec.warnings, ...(record.assumed ?? [])].map(pageWords),
    instructions,
    firmwareMs: wallMs,
    modelMs,
  });
}

/** How often a long boot says how far it is. */
const PHASE_MS = 100;

/** Tells how many CPUs are up and how many pages are initialised, now and then. */
function phases(tell: (text: string) => void): BootProgress {
  let last = performance.now();
  return (what, done, of) => {
    const now = performance.now();
    if (now - last < PHASE_MS) return;
    last = now;
    const doing = what === 'CPUs' ? 'brought up' : 'initialised';
    tell(`${countText(done)} of ${plural(of, what === 'CPUs' ? 'CPU' : 'deferred page')} ${doing} …`);
  };
}

/** The whole boot; where Linux panics, as far as it came. */
function recordOf(
  machine: Found,
  request: BootRequest,
  { onLine, onProgress }: { readonly onLine: (line: LogLine) => void; readonly onProgress: BootProgress },
): RunRecord {
  const { spec } = machine;
  const { cap } = request;
  try {
    const early = earlyOf(machine, request, onLine);
    return bootSimulated(cap === null ? early : withMaxThreads(early, () => cap), spec, { onProgress });
  } catch (error) {
    if (error instanceof BootPanic) return error.record(spec.name, 'simulated');
    throw error;
  }
}

/** A point for each number of threads, sent as it is known. */
export async function answerCurve(request: CurveRequest, post: Post): Promise<void> {
  const { id, source, append, caps } = request;
  const spec = await machineOf(source);
  const { handoff } = await board(spec, commandLine(spec, append));
  const state = earlyStateOf(earlyOf(await found(spec, handoff, request), request), spec);
  const timing = resolveTiming(spec.timing);
  if (state.nodes.every((node) => node.firstDeferredPfn === null)) {
    post({ type: 'points', id, points: [], done: true });
    return;
  }
  // what was published of this machine is drawn beside the model
  const published = source.kind === 'builtin' ? (publishedFor(source.name) ?? []) : [];
  const most = caps.at(-1) ?? 1;
  const rows = published.filter((row) => row.threads >= 1 && row.threads <= most);
  const counts = [...new Set([...caps, ...rows.map((row) => row.threads)])].sort((a, b) => a - b);
  for (const [i, threads] of counts.entries()) {
    const model = {
      threads,
      ms: deferredInitMs(state, timing, threads),
      source: 'model' as const,
      run: spec.name,
    };
    const measured = rows
      .filter((row) => row.threads === threads)
      .map((row) => ({ threads, ms: row.deferredInitMs, source: 'published' as const, run: spec.name }));
    post({ type: 'points', id, points: [model, ...measured], done: i === counts.length - 1 });
  }
}

class Parcel {
  readonly #id: number;
  readonly #post: Post;
  #lines: LogLine[] = [];

  constructor(id: number, post: Post) {
    this.#id = id;
    this.#post = post;
  }

  add(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length >= PARCEL) this.send();
  }

  send(): void {
    if (this.#lines.length > 0) this.#post({ type: 'lines', id: this.#id, lines: this.#lines });
    this.#lines = [];
  }
}
