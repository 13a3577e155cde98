// A measurement from a kernel log: the slowest node's deferred-init line, and the time at which init is started.
import { InputError } from '../lib/input-error.ts';
import type { Measurement } from './measurement.ts';

/** 5.8 on; 4.2 to 5.7; the posting of 2015. */
const MERGED = /\bnode \d+ deferred pages initialised in (\d+)ms/;
const SERIAL =
  /\bnode \d+ initialised, \d+ pages in (\d+)ms|\bkswapd \d+ initialised deferred memory in (\d+)ms/;
const RUN_INIT = /^(?:<\d+>)?\[\s*(\d+\.\d+)\](?:\[[^\]]*\])? Run \S+ as init process/;
const MS_PER_S = 1000;

/**
 * What `text` tells. `threads`: how many that boot had for each node; null for all CPUs in the log of a kernel with the
 * series, none (0) in an older one. `allThreads`: CPUs of the largest node. `resolutionMs`: the kernel's jiffy.
 * @throws InputError 'log' where no node reports, or only 0 ms
 */
export function readLog(
  text: string,
  file: string,
  threads: number | null,
  allThreads: number,
  resolutionMs: number,
): Measurement {
  const lines = text.split('\n');
  const merged = lines.flatMap((line) => times(MERGED.exec(line)));
  const serial = lines.flatMap((line) => times(SERIAL.exec(line)));
  const deferredInitMs = Math.max(0, ...merged, ...serial);
  if (merged.length + serial.length === 0)
    throw new InputError('log', `${file}: no line such as "node 0 deferred pages initialised in 16ms"`);
  if (deferredInitMs === 0)
    throw new InputError('log', `${file}: deferred init took less than a jiffy: nothing to calibrate with`);
  const init = lines.map((line) => RUN_INIT.exec(line)).find((match) => match !== null);
  return {
    threads: threads ?? (merged.length > 0 ? allThreads : 0),
    deferredInitMs,
    deferredInitStdevMs: null,
    bootMs: init ? Number(init[1]) * MS_PER_S : null,
    bootStdevMs: null,
    resolutionMs,
  };
}

function times(match: RegExpExecArray | null): number[] {
  const ms = match?.slice(1).find((group) => group !== undefined);
  return ms === undefined ? [] : [Number(ms)];
}
