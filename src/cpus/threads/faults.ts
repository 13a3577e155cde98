// Ways to disturb a worker on purpose: tests show with these that a run ends well or ends at once.
import type { CpuId } from '../../lib/units.ts';
import type { Op } from '../../cpu/op.ts';
import type { Delays, Fault } from './messages.ts';

/** A function to call before each request; null where nothing is to be disturbed. */
export function faultBefore(
  fault: Fault | null,
  delays: Delays | null,
  cpus: readonly CpuId[],
): ((cpu: CpuId, op: Op) => void) | null {
  if (fault === null && delays === null) return null;
  const delay = delays ? delayer(delays, cpus[0] ?? 0) : (): void => undefined;
  let runs = 0;
  return (cpu, op) => {
    delay();
    if (op.op !== 'run' || fault === null || (fault.cpu ?? cpu) !== cpu) return;
    runs += 1;
    if (runs === fault.atRun) breakDown(fault.kind);
  };
}

/** Atomics.wait needs shared memory to wait on; nobody wakes this. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function delayer(delays: Delays, salt: number): () => void {
  let state = (delays.seed * 2654435761 + salt * 40503 + 1) >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => {
    if (random() < delays.share) sleep(random() * delays.maxMs);
  };
}

function breakDown(kind: Fault['kind']): void {
  if (kind === 'exit') process.exit(3);
  if (kind === 'throw') throw new Error('a fault that a test asked for');
  for (;;) sleep(1000);
}
