// Options of the library as plain JavaScript gives them: what is none, or of another kind, is refused by name.
import test from 'ava';
import { bootMachine, InputError } from '../../src/index.ts';

/** What bootMachine says to options that no compiler has looked at. */
async function refusal(options: object): Promise<string> {
  const error: unknown = await bootMachine('tiny-512m', options).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InputError)) return `no InputError: ${String(error)}`;
  return `${error.kind}: ${error.message}`;
}

test('an option that there is none of: the one that was meant', async (t) => {
  t.is(await refusal({ apend: 'x' }), 'usage: bootMachine: no option "apend": did you mean append?');
  t.is(
    await refusal({ maxthreads: 2 }),
    'usage: bootMachine: no option "maxthreads": did you mean maxThreads?',
  );
  t.regex(
    await refusal({ zzzzzzzz: 1 }),
    /^usage: bootMachine: no option "zzzzzzzz": expected kernel, arch, /,
  );
  t.regex(await refusal({ constructor: 1 }), /^usage: bootMachine: no option "constructor"/);
});

test('a value of another kind: what was expected', async (t) => {
  t.is(
    await refusal({ cpus: 'real' }),
    `usage: bootMachine: cpus "real": expected 'simulated' or 'threads' or 'emulated'`,
  );
  t.is(await refusal({ append: 5 }), 'usage: bootMachine: append 5: expected a text');
  t.is(await refusal({ kernel: null }), 'usage: bootMachine: kernel null: expected a text');
  t.regex(
    await refusal({ arch: 'arm64' }),
    /arch "arm64": expected 'x86' or 'generic', or what defineArch\(\) returns/,
  );
  t.regex(await refusal({ arch: {} }), /arch an object: expected /);
  t.regex(await refusal({ seed: 1.5 }), /seed 1.5: expected a whole number/);
  t.regex(await refusal({ seed: -1 }), /seed -1: expected/);
  t.regex(await refusal({ seed: 2 ** 32 }), /seed 4294967296: expected/);
  t.regex(await refusal({ signal: {} }), /signal an object: expected an AbortSignal/);
  t.regex(await refusal({ onLine: 'x' }), /onLine "x": expected a function/);
  t.regex(await refusal({ maxThreads: 0 }), /maxThreads 0: expected a whole number from 1/);
});

test('what is left out may stand as undefined', async (t) => {
  const boot = await bootMachine('tiny-512m', { append: undefined, seed: 2 ** 32 - 1 } as object);
  t.is(boot.record.machine, 'tiny-512m');
});
