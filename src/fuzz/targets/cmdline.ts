// Command lines. A case is `MACHINE KERNEL: COMMAND LINE`; what does not start like that runs on the machine with two nodes.
import { boot, early, found, smallMachines } from '../boot.ts';
import { checkHandoff } from '../handoff.ts';
import { mutateBytes, mutateNumber } from '../make/bytes.ts';
import type { Dice } from '../../lib/dice.ts';
import { number, size, text } from '../make/values.ts';
import { DEBIAN_6_1_0_56 } from '../../kernels/builtin.ts';
import type { CreateTarget } from '../target.ts';

const KERNELS = ['6.1', '6.1', '6.1', '5.10', '6.12', '7.2', 'base', 'v2'];
const MACHINES = ['tiny', 'two', 'two', 'laptop'];
const HEAD = /^(tiny|two|laptop) (\S+): ?/;
const DEEP_EVERY = 25;
const LONGEST_HANDED_OVER = 2048;

export const create: CreateTarget = async (corpus) => {
  const machines = await smallMachines();
  const seen = new Map<string, Awaited<ReturnType<typeof found>>>();
  for (const [name, spec] of machines) seen.set(name, await found(spec));
  return {
    deepEvery: DEEP_EVERY,
    generate: (dice) => {
      const kept = corpus.length > 0 && dice.oneIn(8) ? dice.pick(corpus) : null;
      const line =
        kept ??
        new TextEncoder().encode(`${dice.pick(MACHINES)} ${dice.pick(KERNELS)}: ${commandLine(dice)}`);
      return dice.oneIn(6) ? mutateBytes(line, dice) : line;
    },
    run: async (bytes, deep) => {
      const whole = new TextDecoder().decode(bytes);
      const [head = '', name = 'two', kernel = '6.1'] = HEAD.exec(whole) ?? [];
      const cmdline = whole.slice(head.length);
      const spec = machines.get(name);
      const params = seen.get(name);
      if (!spec || !params) throw new Error(`no machine ${name}`);
      if (!deep) {
        await early(spec, { ...params, cmdline }, kernel);
        return;
      }
      await boot(spec, { cmdline, kernel });
      if (cmdline.length < LONGEST_HANDED_OVER && !cmdline.includes('\0'))
        checkHandoff(spec, await found(spec, cmdline), cmdline);
    },
  };
};

function commandLine(dice: Dice): string {
  const parts = dice.times(dice.between(1, 6), () => parameter(dice));
  if (dice.oneIn(150)) return dice.times(dice.between(100, 6000), () => parts[0]).join(' ');
  const line = parts.join(dice.oneIn(20) ? dice.pick(['\t', '  ', '\n', ' -- ', ',']) : ' ');
  return dice.oneIn(5) ? mutateNumber(line, dice) : line;
}

type Make = (dice: Dice) => string;

const list =
  (make: Make, separator = ','): Make =>
  (dice) =>
    dice.times(dice.between(1, 4), () => make(dice)).join(separator);
const flag = (dice: Dice): string => dice.pick(['on', 'off', '0', '1', 'y', 'n', '']);
const range: Make = (dice) => `${size(dice)}${dice.pick(['@', '$', '#', '!', '-', '%', ':'])}${size(dice)}`;

/** Parameters that early boot acts on, each with the shape of its values. */
const SHAPES: readonly (readonly [string, Make])[] = [
  ['mem', size],
  [
    'memmap',
    list((dice) => dice.pick<() => string>([() => range(dice), () => 'exactmap', () => size(dice)])()),
  ],
  ['memmap', (dice) => `${size(dice)}%${size(dice)}-${number(dice)}+${number(dice)}`],
  [
    'numa',
    (dice) =>
      `fake=${dice.pick<() => string>([() => `${number(dice)}${dice.pick(['', 'U', 'G', 'M', ':'])}`, () => list(size)(dice), () => list(range, ';')(dice)])()}`,
  ],
  ['numa', (dice) => dice.pick(['off', 'noacpi', 'nohmat', 'fake', 'fake=', 'fake=*2', 'fake=2*1G,512M'])],
  ['numa', (dice) => `fake=${list(range)(dice)}:${size(dice)},${size(dice)}-:${size(dice)}`],
  ['nr_cpus', (dice) => String(number(dice))],
  ['maxcpus', (dice) => String(number(dice))],
  ['possible_cpus', (dice) => String(number(dice))],
  ['nosmp', () => ''],
  ['acpi', (dice) => dice.pick(['off', 'noirq', 'rsdt', 'force', 'ht'])],
  ['memblock', () => 'debug'],
  ['kernelcore', (dice) => dice.pick(['mirror', `${number(dice)}%`, size(dice)])],
  ['movablecore', (dice) => dice.pick([`${number(dice)}%`, size(dice)])],
  ['movable_node', () => ''],
  [
    'crashkernel',
    (dice) =>
      dice.pick<() => string>([
        () => size(dice),
        () => range(dice),
        () => `${size(dice)},high`,
        () => `${size(dice)},low`,
        () => `${range(dice)}:${size(dice)},${size(dice)}-:${size(dice)}@${size(dice)}`,
      ])(),
  ],
  [
    'hugepages',
    list((dice) =>
      dice.pick<() => string>([() => String(number(dice)), () => `${number(dice)}:${number(dice)}`])(),
    ),
  ],
  ['hugepagesz', (dice) => dice.pick(['2M', '1G', size(dice)])],
  ['default_hugepagesz', (dice) => dice.pick(['2M', '1G', size(dice)])],
  ['hugetlb_cma', size],
  ['log_buf_len', size],
  ['swiotlb', list((dice) => dice.pick(['force', 'noforce', 'any', String(number(dice))]))],
  ['percpu_alloc', (dice) => dice.pick(['embed', 'page', 'x'])],
  ['dhash_entries', (dice) => String(number(dice))],
  ['ihash_entries', (dice) => String(number(dice))],
  ['mhash_entries', (dice) => String(number(dice))],
  ['thash_entries', (dice) => String(number(dice))],
  ['hashdist', (dice) => String(number(dice))],
  ['init_on_alloc', flag],
  ['init_on_free', flag],
  ['page_owner', flag],
  ['gbpages', () => ''],
  ['nogbpages', () => ''],
  ['no5lvl', () => ''],
  ['nokaslr', () => ''],
  ['iommu', (dice) => dice.pick(['off', 'pt', 'soft', 'force', 'memaper=3'])],
  ['memtest', (dice) => String(number(dice))],
  ['cma', range],
  ['initrdmem', range],
  ['efi', (dice) => dice.pick(['debug', 'noruntime', 'nosoftreserve', 'old_map'])],
  ['add_efi_memmap', () => ''],
  ['efi_fake_mem', range],
  ['console', () => 'ttyS0'],
];

function parameter(dice: Dice): string {
  const kind = dice.below(10);
  if (kind === 0)
    return dice.pick(
      [text(dice), `${text(dice)}=${text(dice)}`, '"', '=', '--', '-'].map((t) => t.slice(0, 5000)),
    );
  if (kind === 1)
    return `${dice.pick(DEBIAN_6_1_0_56.image.params.early)}${dice.pick(['', `=${size(dice)}`, `=${text(dice).slice(0, 500)}`, '='])}`;
  const [name, value] = dice.pick(SHAPES);
  const given = dice.oneIn(12) ? text(dice).slice(0, 500) : value(dice);
  const quoted = dice.oneIn(20) ? `"${given}"` : given;
  return given === '' && !dice.oneIn(10) ? name : `${name}=${quoted}`;
}
