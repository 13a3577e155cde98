// Our files name each other by relative paths. Node looks each up in the file system and for its package: a fifth of a small boot from
// source. Registered here for this thread's imports from now on; other threads have to import it too. Plain JavaScript, as it comes first.
import module from 'node:module';

const sources = new URL('..', import.meta.url).href;
const isOurs = (specifier, parent) => /^\.\.?\/.*\.ts$/.test(specifier) && parent?.startsWith(sources);

// Node 22.15 and later
module.registerHooks?.({
  resolve: (specifier, context, next) =>
    isOurs(specifier, context.parentURL)
      ? { url: new URL(specifier, context.parentURL).href, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});
