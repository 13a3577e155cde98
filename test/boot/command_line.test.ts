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

test('an early parameter whose setup function returns an error is malformed, in the log at its place', async (t) => {
  const malformed = [
    ...[
      'mem=foo',
      'acpi=offf',
      'apic=loud',
      'apic_extnmi=some',
      'idle=polll',
      'init_on_alloc=maybe',
      'iommu=soft,usedac',
    ],
    ...[
      'log_buf_len',
      'loglevel=x',
      'lockdown=none',
      'memtest=4294967296',
      'memtest=08',
      'movablecore',
      'nopcid=1',
    ],
    ...['panic_on_taint=0x80000', 'panic_on_taint=g', 'vsyscall=native', 'elfcorehdr=x', 'acpi_rsdp=0x1g'],
  ];
  const taken = [
    ...[
      'acpi=rsdt',
      'apic=debug',
      'apic_extnmi=bsp,',
      'idle=poll',
      'init_on_alloc=Yes',
      'init_on_free=off',
      'iommu=soft',
    ],
    ...[
      'log_buf_len=1M',
      'loglevel=7',
      'memtest=4294967295',
      'memtest=07',
      'memtest',
      'nopcid',
      'panic_on_taint=40000',
    ],
    ...['vsyscall=none', 'elfcorehdr=1M', 'acpi_rsdp=0', 'apic', 'nosuchparameter=1', 'quiet'],
  ];
  const lines = texts(await boot([...malformed, ...taken].join(' ')));
  const complaints = lines.filter((text) => /^(?:Malformed|APIC Verb|Unknown ext)/.test(text));
  const names = malformed.map((param) => param.replace(/=.*/, ''));
  const expected = names.map((name) => `Malformed early option '${name}'`);
  expected.splice(names.indexOf('apic_extnmi'), 0, "Unknown external NMI delivery mode `some' ignored");
  expected.splice(
    names.indexOf('apic'),
    0,
    'APIC Verbosity level loud not recognised use apic=verbose or apic=debug',
  );
  t.deepEqual(complaints, expected);
  const at = lines.indexOf("Malformed early option 'mem'");
  // behind the firmware's map, before the user's
  t.regex(lines[at - 1] ?? '', /^BIOS-e820: /);
  t.true(lines.indexOf('user-defined physical RAM map:') > at);
});

test('a parameter that the image does not know is none, whatever stands behind it', async (t) => {
  // 6.1 has no mtrr= yet; 6.12 has
  const malformed = async (kernel: string): Promise<boolean> => {
    const { stdout } = await cli(['boot', 'tiny-512m', '--kernel', kernel, '--append', 'mtrr=loud']);
    return stdout.includes("Malformed early option 'mtrr'");
  };
  t.false(await malformed('6.1'));
  t.true(await malformed('6.12'));
});

/** What real kernels of Debian were booted with; each complained of those that LATER names, and of no other. */
const NEWER = [
  'hugepagesz=2M hugepages=1 hugepagesz=1G hugepages=0 default_hugepagesz=2M hugepages=3 hugepages hugepagesz default_hugepagesz',
  'hostname hostname=a intel_pstate intel_pstate=x amd_pstate amd_pstate=pas amd_pstate=loud amd_pstate=',
  'check_pages=x check_pages=1 hugetlb_cma_only=x hugetlb_free_vmemmap=x hugetlb_free_vmemmap=on',
  'stack_depot_disable=x stack_depot_disable=off stack_depot_max_pools=x stack_depot_max_pools=2048',
  'tsx tsx=foo spectre_v2 spectre_v2=foo spectre_v2_user spec_store_bypass_disable nospectre_v2=1 nospec_store_bypass_disable=1',
  'panic_force_cpu panic_force_cpu=-1 panic_force_cpu=8192 panic_force_cpu=8191 panic_force_cpu=0x1 panic_force_cpu=x',
  'xen_console_io=x xen_console_io=y kfence.fault kfence.fault=loud kfence.fault=oops acpi=spcr acpi=loud',
  'mtrr_spare_reg_nr=x mtrr_spare_reg_nr mtrr_spare_reg_nr=1 split_llc numa_cma=x cma_pernuma=1M hugetlb_cma=x',
].join(' ');
const LATER: readonly (readonly [string, string])[] = [
  ['6.12', 'hostname intel_pstate amd_pstate amd_pstate amd_pstate stack_depot_disable acpi acpi'],
  [
    '7.3',
    // the sixth of huge pages' parameters has a value, and no room
    'hugepages hugepages hugepagesz default_hugepagesz hostname intel_pstate amd_pstate amd_pstate amd_pstate check_pages ' +
      'hugetlb_cma_only hugetlb_free_vmemmap stack_depot_disable stack_depot_max_pools tsx spectre_v2 spectre_v2_user ' +
      'spec_store_bypass_disable panic_force_cpu -1 panic_force_cpu 8192 panic_force_cpu x panic_force_cpu xen_console_io ' +
      'kfence.fault kfence.fault acpi mtrr_spare_reg_nr mtrr_spare_reg_nr',
  ],
];

for (const [kernel, expected] of LATER)
  test(`early parameters that ${kernel} finds malformed are those of a real one`, async (t) => {
    const { stdout } = await cli(['boot', 'tiny-512m', '--kernel', kernel, '--cmdline', NEWER]);
    const found = stdout.matchAll(/(?:Malformed early option|panic_force_cpu: invalid value) '(.*)'/g);
    t.is(Array.from(found, ([, name]) => name).join(' '), expected);
  });

test('the same of 6.18 and 7.0, between which tsx= became an early parameter and acpi=spcr a word', async (t) => {
  const cmdline =
    'hugepagesz=2M hugepages=1 hugepagesz=1G hugepages=0 default_hugepagesz=2M hugepages=3 hugepages tsx spectre_v2 ' +
    'acpi=spcr acpi=loud';
  for (const [kernel, expected] of [
    ['6.18', 'hugepages hugepages spectre_v2 acpi acpi'],
    ['7.0', 'hugepages hugepages tsx spectre_v2 acpi'],
  ] as const) {
    const { stdout } = await cli(['boot', 'tiny-512m', '--kernel', kernel, '--cmdline', cmdline]);
    const found = stdout.matchAll(/Malformed early option '(.*)'/g);
    t.is(Array.from(found, ([, name]) => name).join(' '), expected, kernel);
  }
});

test('of huge pages’ parameters five are kept where they are early ones: a sixth takes no pages', async (t) => {
  const spec = await builtinMachine('laptop-16g');
  if (spec === null) throw new Error('laptop-16g');
  const taken = async (kernel: string, cmdline: string): Promise<readonly [number, number]> => {
    const { record } = await runMachine(spec, { ...DEFAULT_BOOT, kernel, cmdline });
    const pages = record.memblockEvents.filter(({ op, size }) => op === 'alloc' && size === 2 ** 30);
    return [
      pages.length,
      texts(record).filter((text) => text === "Malformed early option 'hugepages'").length,
    ];
  };
  const five = 'hugepagesz=2M hugepages=0 default_hugepagesz=2M hugepagesz=1G hugepages=2';
  const six = `hugepages=0 ${five}`;
  t.deepEqual(await taken('7.3', five), [2, 0]);
  t.deepEqual(await taken('7.3', six), [0, 1]);
  t.deepEqual(await taken('6.12', six), [2, 0]);
});

test('a parameter one slip away from one of the kernel is said; others are for init', async (t) => {
  const slips = 'movablecoer=1G memap=64M crash-kernel=64M hugepages_=2 nokasl';
  const { warnings } = await boot(
    `${slips} splash rhgb boot=live mme=1 memmap=1M movablecore.x=1 nokaslr quiet`,
  );
  t.deepEqual(
    warnings.filter((text) => text.includes('did you mean')),
    [
      ['movablecoer', 'movablecore'],
      ['memap', 'memmap'],
      ['crash-kernel', 'crashkernel'],
      ['hugepages_', 'hugepages'],
      ['nokasl', 'nokaslr'],
    ].map(([word, meant]) => `command line: ${word} is no parameter of this kernel: did you mean ${meant}?`),
  );
});

test('boot, explain, fits, lint and predict warn of a slip in the same words, and of no other parameter', async (t) => {
  const warning =
    'earlyboot: warning: command line: movablecoer is no parameter of this kernel: did you mean movablecore?\n';
  for (const argv of [
    ['boot', 'tiny-512m'],
    ['explain', 'tiny-512m', '16M'],
    ['fits', 'tiny-512m', '--crashkernel', '64M'],
    ['lint', 'tiny-512m'],
    ['predict', 'epyc-16g-guest'],
  ]) {
    t.is((await cli([...argv, '--append', 'movablecoer=64M'])).stderr, warning, argv.join(' '));
    t.is((await cli([...argv, '--append', 'splash'])).stderr, '', argv.join(' '));
  }
});

test('huge pages of 2 MiB come later, and that is said; those of 1 GiB are taken here', async (t) => {
  const said = async (cmdline: string): Promise<string[]> =>
    (await boot(cmdline, 'laptop-16g')).warnings.filter((text) => text.includes('huge pages'));
  t.deepEqual(await said('hugepages=1024'), [
    'command line: 1024 huge pages of 2 MiB are taken by hugetlb_init, after what is modelled: here they are free',
  ]);
  t.deepEqual(await said('hugepagesz=1G hugepages=2'), []);
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
