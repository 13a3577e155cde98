// Ctrl-C while something runs: aborts it, so that workers end and temporary files go.
import { Interrupted } from '../lib/interrupted.ts';

/** Runs `work` with a signal that SIGINT and SIGTERM abort with an Interrupted. */
export async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    controller.abort(new Interrupted(name));
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
