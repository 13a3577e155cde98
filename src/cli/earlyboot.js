#!/usr/bin/env node
// Where the process begins. Plain JavaScript: Node's compile cache must be on before the first file that has types to strip,
// or each start loads the stripper itself, which costs more than a small boot.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const fromSource = import.meta.url.endsWith('/src/cli/earlyboot.js');
if (!process.env['NODE_DISABLE_COMPILE_CACHE'])
  // Node 22 and later; from source beside the dependencies, installed where Node keeps it
  module.enableCompileCache?.(
    fromSource ? fileURLToPath(new URL('../../node_modules/.cache/earlyboot', import.meta.url)) : undefined,
  );
if (fromSource) await import('../lib/resolve-sources.js');
await import('./main.ts');
