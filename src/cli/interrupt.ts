// What must not outlive the process: temporary files and children, whatever ends it.
//
// A signal ends a Node process at once as long as nobody listens for it, even in the middle of a computation; a listener has to wait until
// the event loop turns. So nobody listens but while there is something to clean up, and work that then takes long is asynchronous.
// Either way the process dies of the signal: a shell sees 130, 143 or 129, and stops its loop at Ctrl-C.

/** A terminal's Ctrl-C, `kill`, and a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const cleanups = new Set<() => void>();

/**
 * `clean` is called when the process ends, by a signal too, until the function returned is called. It must be synchronous and may find
 * its work done already.
 */
export function cleanUpAtEnd(clean: () => void): () => void {
  if (cleanups.size === 0) listen();
  cleanups.add(clean);
  return () => {
    if (cleanups.delete(clean) && cleanups.size === 0) ignore();
  };
}

function listen(): void {
  process.on('exit', cleanUp);
  for (const name of SIGNALS) process.on(name, stop);
}

function ignore(): void {
  process.off('exit', cleanUp);
  for (const name of SIGNALS) process.off(name, stop);
}

function cleanUp(): void {
  for (const clean of cleanups) clean();
  cleanups.clear();
}

/** Once more, with nobody listening: that ends worker threads too, whatever they do. */
function stop(name: NodeJS.Signals): void {
  cleanUp();
  ignore();
  process.kill(process.pid, name);
}
