// Ctrl-C while something runs: aborts it, so that workers end and temporary files go.
import { constants } from 'node:os';

const SIGNAL_STATUS = 128;

/** Runs `work` with a signal that SIGINT and SIGTERM abort; the process then exits with 128 + the signal's number. */
export async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    process.exitCode = SIGNAL_STATUS + constants.signals[name];
    controller.abort(new Error(`stopped by ${name}`));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
