// What must not outlive the process: temporary files and children, whatever ends it.
//
// A signal ends a Node process at once as long as nobody listens for it, even in the middle of a computation; a listener would have to
// wait until the event loop turns. So nobody listens but while there is something to clean up, and work that then takes long is
// asynchronous. A shell sees the same status either way: 128 and the signal's number.
import { constants } from 'node:os';

/** A terminal's Ctrl-C, `kill`, and a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Added to a signal's number, as shells do. */
const SIGNAL_STATUS = 128;

const cleanups = new Set<() => void>();

/**
 * `clean` is called when the process ends, by a signal too, until the function returned is called. It must be synchronous and may find
 * its work done already.
 */
export function cleanUpAtEnd(clean: () => void): () => void {
  if (cleanups.size === 0) {
    process.on('exit', cleanUp);
    for (const name of SIGNALS) process.on(name, stop);
  }
  cleanups.add(clean);
  return () => {
    cleanups.delete(clean);
    if (cleanups.size > 0) return;
    process.off('exit', cleanUp);
    for (const name of SIGNALS) process.off(name, stop);
  };
}

function cleanUp(): void {
  for (const clean of cleanups) clean();
  cleanups.clear();
}

/** process.exit() runs cleanUp() and ends worker threads in the middle of what they do. */
function stop(name: NodeJS.Signals): void {
  process.exit(SIGNAL_STATUS + constants.signals[name]);
}
