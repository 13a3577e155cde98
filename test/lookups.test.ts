// Names looked up in plain objects: `constructor` and `__proto__` are keys of every one of them. The compiler lets a variable
// text index only what is declared with text as its keys, so those declarations are what this looks for.
import test from 'ava';
import { sourcesBelow } from './helpers/sources.ts';

const src = sourcesBelow('src');

/** Names of values whose keys are any text: `callers: Readonly<Record<string, …`, `[key: string]:` has none. */
const DECLARED = /\b(\w+)\??:\s*(?:Readonly<|Partial<)*Record<string,/g;

/** Why a text from outside cannot be the key. */
const EXPLAINED: ReadonlyMap<string, string> = new Map([
  ['src/kernel/kernel.ts: functions', 'a list there'],
  ['src/machine/import/qemu-args.ts: args', 'a list there'],
  ['src/arch/x86/caller_text.ts: callers', 'the keys are call sites that the model itself names'],
  ['src/assert/work.ts: found', 'a list there'],
  ['src/arch/x86/direct_map.ts: entry', 'a list there'],
  ['src/kernels/image/btf.ts: offsets', 'no prototype'],
  ['src/kernels/image/call_sites.ts: found', 'no prototype'],
  ['src/kernels/image/call_sites.ts: offsets', 'a literal, and no prototype'],
  ['src/kernels/image/structs.ts: flags', 'no prototype'],
  ...['corrected.ts: sources', 'corrected.ts: image', 'corrected.ts: now'].map(fact),
  ...['image/callers.ts: callers', 'image/configuration.ts: sources', 'image/read.ts: sources'].map(fact),
  ...[
    'known.ts: sources',
    'profile_file.ts: image',
    'profile_file.ts: facts',
    'profile_from_log.ts: image',
  ].map(fact),
]);

function fact(place: string): [string, string] {
  return [`src/kernels/${place}`, 'the keys are facts and call sites that the code itself names'];
}

/** `path: name` of each look-up by a key that is no literal. */
function lookUps(sources: readonly { path: string; code: string }[]): string[] {
  const names = new Set(
    sources.flatMap(({ code }) => [...code.matchAll(DECLARED)].map((match) => match[1] ?? '')),
  );
  return sources.flatMap(({ path, code }) =>
    [...names]
      // a quote or digit behind the bracket is a literal; code has the insides of texts blanked out
      .filter((name) => new RegExp(`(?<![\\w$])${name}(?:\\?\\.|!)?\\[(?!['"\\d\\]])`).test(code))
      .map((name) => `${path}: ${name}`),
  );
}

test('texts are looked up in maps, not in plain objects', (t) => {
  t.deepEqual(
    lookUps(src).filter((found) => !EXPLAINED.has(found)),
    [],
  );
});

test('each explanation is needed', (t) => {
  const found = new Set(lookUps(src));
  t.deepEqual(
    [...EXPLAINED.keys()].filter((known) => !found.has(known)),
    [],
  );
});

test('the rule sees what it is there for', (t) => {
  const code = `const TYPES: Readonly<Record<string, number>> = {};\nreturn TYPES[name];`;
  t.deepEqual(lookUps([{ path: 'a.ts', code }]), ['a.ts: TYPES']);
  t.deepEqual(lookUps([{ path: 'a.ts', code: code.replace('[name]', "['name']") }]), []);
  t.deepEqual(lookUps([{ path: 'a.ts', code: code.replace('[name]', '.get(name)') }]), []);
});
