// What Linux takes of a command line: 2047 bytes, numbers of 64 and of 32 bits that wrap, names that every object has.
import test from 'ava';
import { DEFAULT_BOOT, runMachine } from '../../src/boot/machine.ts';
import type { RunRecord } from '../../src/init/record.ts';
import { InputError } from '../../src/lib/input-error.ts';
import { builtinMachine } from '../../src/machine/builtin/list.ts';
import { cli } from '../helpers/cli.ts';

async function boot(cmdline: string, machine = 'tiny-512m'): Promise<RunRecord> {
  const spec = await builtinMachine(machine);
  if (spec === null) throw new Error(machine);
  return (await runMachine(spec, { ...DEFAULT_BOOT, cmdline })).record;
}
const texts = (run: RunRecord): string[] => run.logLines.map((line) => line.text);
const CUT = 'command line: longer than 2047 bytes, which is what Linux takes of it';

test('2047 bytes are taken, of more the first 2047, with a warning', async (t) => {
  const whole = await boot('x'.repeat(2047));
  t.is(whole.cmdline.length, 2047);
  t.false(whole.warnings.includes(CUT));
  // the parameter behind the edge is not seen
  const cut = await boot(`${'x'.repeat(2047)} mem=8`);
  t.is(cut.cmdline.length, 2047);
  t.true(cut.warnings.includes(CUT));
  t.is(cut.panic, undefined);
});

test('a hundred thousand characters, and five thousand memmap=', async (t) => {
  const long = await cli(['boot', 'tiny-512m', '--append', 'y'.repeat(100_000)]);
  t.is(long.code, 0);
  t.regex(long.stderr, /^earlyboot: warning: command line: longer than 2047 bytes/m);
  const many = await boot(Array.from({ length: 5000 }, (_, i) => `memmap=4K$${i}M`).join(' '));
  t.true(many.warnings.includes(CUT));
});

test('a log line holds 991 bytes: the rest of a long command line is not printed', async (t) => {
  const run = await boot('z'.repeat(1500));
  const lines = texts(run).filter((text) => /ommand line: z/.test(text));
  t.deepEqual(
    lines.map((text) => text.length),
    [991, 991],
  );
  const short = await boot('z'.repeat(991 - 'Command line: '.length));
  t.is(texts(short).find((text) => text.startsWith('Command line: z'))?.length, 991);
});

test('bytes count, not characters: a letter of two bytes at the edge', async (t) => {
  const run = await boot(`${'x'.repeat(2045)}éé`);
  t.is(run.cmdline.slice(0, 2046), `${'x'.repeat(2045)}é`);
  t.true(run.warnings.includes(CUT));
});

test('names that every object has are unknown parameters like others', async (t) => {
  const run = await boot('__proto__ constructor=1 toString');
  t.true(
    texts(run).includes(
      'Unknown kernel command line parameters "__proto__ toString constructor=1", will be passed to user space.',
    ),
  );
});

test('mem= without a size is malformed, and the user’s map is printed all the same', async (t) => {
  for (const option of ['mem=16E', 'mem=0']) {
    const lines = texts(await boot(option));
    t.true(lines.includes("Malformed early option 'mem'"), option);
    t.true(lines.includes('user-defined physical RAM map:'), option);
    // the BIOS range alone is taken out
    t.deepEqual(
      lines.filter((text) => text.startsWith('e820: remove')),
      ['e820: remove [mem 0x000a0000-0x000fffff] usable'],
    );
  }
  t.false(texts(await boot('mem=256M')).some((text) => text.startsWith('Malformed')));
});

test('the map above 2^53 is printed to the byte', async (t) => {
  const lines = texts(await boot('memmap=0x1002$0x7fffffffffffffff'));
  t.true(lines.includes('user: [mem 0x7fffffffffffffff-0x8000000000001000] reserved'));
  t.true(
    texts(await boot('mem=0xffffffffffffff01')).includes(
      'e820: remove [mem 0xffffffffffffff01-0xfffffffffffffffe] usable',
    ),
  );
});

test('CPU counts are ints: they wrap at 2^32, octal is octal', async (t) => {
  const cpus = async (option: string) => (await boot(option, 'laptop-16g')).onlineCpus;
  const all = await cpus('');
  t.is(await cpus('maxcpus=4294967297'), 1); // 2^32 + 1
  t.is(await cpus('maxcpus=99999999999'), all);
  t.is(await cpus('maxcpus=03'), 3);
  t.is(await cpus('nr_cpus=4294967298'), 2); // 2^32 + 2
  t.is(await cpus('nr_cpus=-1'), all);
  t.is(await cpus('possible_cpus=4294967298'), 2);
  for (const count of ['0', '-2', '4294967296', 'no']) {
    const error = await t.throwsAsync(cpus(`possible_cpus=${count}`), { instanceOf: InputError });
    t.is(
      error.message,
      `command line: possible_cpus=${count}: expected at least 1: no Linux runs without a CPU`,
    );
  }
});

test('numa=fake: what follows the size is read as get_option() reads it', async (t) => {
  const lines = texts(await boot('numa=fake=512M-2G:64M,2G-:128M'));
  t.deepEqual(
    lines.filter((text) => text.includes('distance')),
    ['NUMA: Initialized distance table, cnt=1'],
  );
  // four distances with a comma behind each: the two that make no sense are told once
  const wrong = texts(await boot('numa=fake=2:300,300,300,300,'));
  t.deepEqual(
    wrong.filter((text) => text.includes('invalid distance')),
    ['Warning: invalid distance parameter, from=0 to=0 distance=300'],
  );
});
