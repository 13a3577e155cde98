// A timer for a process on a host where others work as well: the more of the host's CPUs others take, the longer it waits.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { statFields } from '../lib/proc-stat.ts';

/** CPU time since the host came up, ms: of all its CPUs, and of one process. */
export interface CpuTimes {
  readonly busyMs: number;
  readonly idleMs: number;
  /** User and system time of the process's threads. */
  readonly ownMs: number;
}

/** Linux counts a process's time in hundredths of a second (USER_HZ), on every architecture that Node runs on. */
const TICK_MS = 10;
/** Where others take all, there is an end as well. */
const MOST_TAKEN = 0.75;
/** A timer that has to wait longer looks again no sooner; ms. */
const LEAST_MS = 100;

/** CPU times by now; null where the process is gone, or the host has no /proc. */
export function cpuTimes(pid: number): CpuTimes | null {
  let busyMs = 0;
  let idleMs = 0;
  for (const { times } of cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    idleMs += times.idle;
  }
  try {
    return { busyMs, idleMs, ownMs: ownTicks(readFileSync(`/proc/${pid}/stat`, 'latin1')) * TICK_MS };
  } catch {
    // as if there were nobody else: the clock on the wall decides
    return null;
  }
}

/** utime and stime of proc_pid_stat(5). */
export function ownTicks(stat: string): number {
  const fields = statFields(stat);
  return Number(fields[11]) + Number(fields[12]);
}

/** The part of the host's CPU time between two looks that others had, 0 to 1; 0 where nobody knows. */
export function takenByOthers(before: CpuTimes | null, after: CpuTimes | null): number {
  if (before === null || after === null) return 0;
  const busy = after.busyMs - before.busyMs;
  const all = busy + after.idleMs - before.idleMs;
  if (all <= 0) return 0;
  return Math.min(Math.max((busy - (after.ownMs - before.ownMs)) / all, 0), 1);
}

/** How long a process may take that takes `ms` where it has the host for itself, when others have had a part of it; ms. */
export function patienceMs(ms: number, taken: number): number {
  return ms / (1 - Math.min(taken, MOST_TAKEN));
}

export interface PatientTimer {
  /** Begins anew. */
  readonly refresh: () => void;
  readonly stop: () => void;
}

/** Calls `late` when the process `pid` has had `ms` of the host, as far as others left it: after 4 × `ms` at the latest. */
export function patientTimer(pid: number, ms: number, late: () => void): PatientTimer {
  let since = performance.now();
  let before = cpuTimes(pid);
  const look = (): void => {
    const left = patienceMs(ms, takenByOthers(before, cpuTimes(pid))) - (performance.now() - since);
    if (left <= 0) late();
    else timer = setTimeout(look, Math.max(left, LEAST_MS));
  };
  let timer = setTimeout(look, ms);
  return {
    refresh: () => {
      clearTimeout(timer);
      since = performance.now();
      before = cpuTimes(pid);
      timer = setTimeout(look, ms);
    },
    stop: () => clearTimeout(timer),
  };
}
