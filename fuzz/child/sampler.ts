// The watcher inside a child: a thread that sees when a case takes too long or too much, pauses the main thread, asks it where
// it is, and ends the process. Nothing else tells where a loop without end loops.
import { writeSync } from 'node:fs';
import { Session, type Debugger } from 'node:inspector';
import { workerData } from 'node:worker_threads';
import type { Fault } from '../../src/fuzz/target.ts';
import { ANSWERS_FD, encode } from './protocol.ts';
import { frameText } from '../../src/fuzz/stack.ts';

/** What the child hands its watcher. */
export interface SamplerData {
  /** [0]: milliseconds from `startedAt` at which the case began; 0 between cases. */
  readonly clock: Int32Array<SharedArrayBuffer>;
  readonly startedAt: number;
  readonly deadlineMs: number;
  /** The process may hold so much memory. */
  readonly rssLimit: number;
  /** From so much on the watcher asks where the case is. */
  readonly rssWatched: number;
}

const TICK_MS = 100;
/** The deadline is of CPU time, so that a busy host makes no hangs; who waits instead gets so much more. */
const IDLE_FACTOR = 4;
/** Who uses less of the time than this waits; a loop on a busy host gets more. */
const WAITING_SHARE = 0.02;
/** A thread in native code pauses only when that returns, one that waits does not at all. */
const PAUSE_MS = 8000;
const IDLE_PAUSE_MS = 300;
const MOST_FRAMES = 12;
const MiB = 2 ** 20;

const data = workerData as SamplerData;
let busy = false;
let sampled = 0;
let watched = 0;
let cpuBefore = process.cpuUsage();

setInterval(() => {
  const began = Atomics.load(data.clock, 0);
  if (began === 0 || busy) return;
  if (began !== watched) {
    watched = began;
    cpuBefore = process.cpuUsage();
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuMs = (user + system) / 1000;
  const wallMs = Date.now() - data.startedAt - began;
  const rss = process.memoryUsage.rss();
  const hang = { kind: 'hang', message: `no end within ${data.deadlineMs} ms` } as const;
  if (cpuMs > data.deadlineMs) end(hang);
  else if (wallMs > data.deadlineMs * IDLE_FACTOR) end(hang, cpuMs < wallMs * WAITING_SHARE);
  else if (rss > data.rssLimit)
    end({ kind: 'memory', message: `the process holds more than ${Math.round(data.rssLimit / MiB)} MiB` });
  else if (rss > data.rssWatched && sampled !== began) {
    sampled = began;
    sample();
  }
}, TICK_MS);

function end(what: Pick<Fault, 'kind' | 'message'>, idle = false): void {
  busy = true;
  stackOfMainThread(
    (stack) => {
      writeSync(ANSWERS_FD, `${encode({ type: 'fatal', fault: { ...what, stack } })}\n`);
      process.kill(process.pid, 'SIGKILL');
    },
    idle ? IDLE_PAUSE_MS : PAUSE_MS,
  );
}

function sample(): void {
  busy = true;
  stackOfMainThread((stack) => {
    writeSync(ANSWERS_FD, `${encode({ type: 'sample', stack })}\n`);
    busy = false;
  });
}

/** Hands over the main thread's frames, none where it does not pause in time; it goes on afterwards. */
function stackOfMainThread(answer: (stack: readonly string[]) => void, patienceMs = PAUSE_MS): void {
  const session = new Session();
  const finish = (stack: readonly string[]): void => {
    clearTimeout(timer);
    session.removeAllListeners();
    session.post('Debugger.resume', () => session.disconnect());
    answer(stack);
  };
  const timer = setTimeout(() => finish([]), patienceMs);
  const urls = new Map<string, string>();
  session.connectToMainThread();
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
  session.once('Debugger.paused', ({ params }) => finish(framesOf(params.callFrames, urls)));
  session.post('Debugger.enable', () => session.post('Debugger.pause'));
}

function framesOf(frames: readonly Debugger.CallFrame[], urls: ReadonlyMap<string, string>): string[] {
  return frames
    .slice(0, MOST_FRAMES)
    .map(({ functionName, location }) =>
      frameText(functionName, urls.get(location.scriptId) ?? '', location.lineNumber + 1),
    );
}
