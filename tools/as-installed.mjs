// In a checkout the package's name means its sources: what examples/ and docs/ show runs here as in a project that has it installed.
// node --import ./tools/as-installed.mjs FILE, npm run example FILE
import { registerHooks } from 'node:module';

const ENTRY = /^earlyboot(?:\/(ava|browser|node-test|smp|vitest))?$/;

registerHooks({
  resolve(specifier, context, next) {
    const entry = ENTRY.exec(specifier);
    if (entry === null) return next(specifier, context);
    return next(new URL(`../src/${entry[1] ?? 'index'}.ts`, import.meta.url).href, context);
  },
});
