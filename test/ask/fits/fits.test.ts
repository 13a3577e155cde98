// What fits, and the most that fits: held against boots of the model as `boot` does them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fits } from '../../../src/ask/fits/fits.ts';
import { fitsMachine } from '../../../src/ask/fits/find.ts';
import type { Fit } from '../../../src/ask/fits/types.ts';
import { DEFAULT_BOOT, runMachine } from '../../../src/boot/machine.ts';
import type { RunRecord } from '../../../src/init/record.ts';
import { GiB, MiB } from '../../../src/lib/units.ts';
import type { MachineDescription } from '../../../src/machine/spec/description.ts';
import { loadDescription } from '../../../src/machine/spec/load.ts';
import type { MachineSpec } from '../../../src/machine/spec.ts';
import { randomMachine } from '../../../src/machine/random/machine.ts';
import { resolveMachineName } from '../../../src/machine/resolve.ts';
import { cli } from '../../helpers/cli.ts';
import { ROOT } from '../../helpers/sources.ts';

/** 30 by hand: EARLYBOOT_CASES=30 npx ava test/ask/fits/fits.test.ts */
const MACHINES = Number(process.env['EARLYBOOT_CASES'] ?? 3);
const KERNELS = ['6.1', '5.10', '6.12', '7.3'] as const;

async function load(machine: MachineDescription): Promise<MachineSpec> {
  return loadDescription(JSON.stringify(machine), 'machine.json', () =>
    Promise.reject(new Error('no files')),
  );
}

async function boot(
  spec: MachineSpec,
  append: string,
  kernel: string,
  kernelAt?: number,
): Promise<RunRecord> {
  const cmdline = `${spec.cmdline} ${append}`.trim();
  return (await runMachine(spec, { ...DEFAULT_BOOT, cmdline, kernel, kernelAt })).record;
}

/** MiB that the log says are reserved for a crash kernel; null where it says none. */
function crashMiB({ log, panic }: RunRecord): number | null {
  if (panic !== undefined) return null;
  for (const line of log) {
    const match = /Reserving (\d+)MB of memory at|crashkernel reserved: .*\((\d+) MB\)/.exec(line);
    if (match) return Number(match[1] ?? match[2]);
  }
  return null;
}

test('crashkernel: what fits boots with it, the largest does, and 1 MiB more does not', async (t) => {
  let asked = 0;
  for (let seed = 0; asked < MACHINES; seed++) {
    const kernel = KERNELS[seed % KERNELS.length] ?? '6.1';
    const description = randomMachine(seed);
    const cmdline = (description.cmdline ?? '').replace(/crashkernel=\S*/g, '');
    const spec = await load({ ...description, cmdline });
    if ((await boot(spec, '', kernel)).panic !== undefined) continue;
    asked += 1;
    const machine = await fitsMachine(spec, { kernel });
    const largest = (fits(machine, { crashkernel: ['1M'] })[0]?.largestBytes ?? 0) / MiB;
    const sizes = [
      64,
      Math.max(1, Math.floor(largest / 3)),
      Math.max(1, largest),
      largest + 1,
      2 * largest + 64,
    ];
    for (const mib of sizes) {
      const [answer] = fits(machine, { crashkernel: [`${mib}M`] });
      const name = `seed ${seed}, ${kernel}, ${mib} MiB of ${largest}`;
      t.is(answer?.fits, mib <= largest, name);
      t.is(answer?.largestBytes, largest * MiB, name);
      const real = crashMiB(await boot(spec, `crashkernel=${mib}M`, kernel));
      t.is(real, mib <= largest ? mib : null, name);
    }
  }
});

/** 2 GiB below 4 GiB but for tables at its end, and 4 GiB above: everything on boundaries. */
const DRAWN: MachineDescription = {
  name: 'drawn',
  map: [
    { start: 0, size: 0x9fc00, type: 'usable' },
    { start: MiB, size: 2047 * MiB, type: 'usable' },
    { start: 2 * GiB, size: 4 * MiB, type: 'ACPI data' },
    { start: 4 * GiB, size: 4 * GiB, type: 'usable' },
  ],
  cpus: 2,
  cpu: { pdpe1gb: true },
};

async function ask(question: Parameters<typeof fits>[1], machine = DRAWN, kernel = '6.1'): Promise<Fit[]> {
  return fits(await fitsMachine(await load(machine), { kernel }), question);
}

test('places of KASLR: those that the count calls fitting do, the others do not', async (t) => {
  const spec = await load(DRAWN);
  const machine = await fitsMachine(spec, { kernel: '6.1' });
  // more than half of what is below 4 GiB, and nothing above: a kernel in the middle leaves no room
  const size = '1200M@640M';
  const [answer] = fits(machine, { crashkernel: [size] });
  const attempt = machine.boot(`crashkernel=${size}`);
  const places = machine
    .slots(`crashkernel=${size}`, attempt)
    .flatMap(({ start, count }) => Array.from({ length: count }, (_, i) => start + i * 2 * MiB));
  t.is(answer?.slots?.all, places.length);
  let fitting = 0;
  for (const place of places.filter((_, i) => i % 16 === 0)) {
    const inTheWay = place + 64 * MiB > 640 * MiB && place < 1840 * MiB;
    const got = machine
      .boot(`crashkernel=${size}`, place)
      .log.some((line) => line.includes('Reserving 1200MB'));
    if (place + 48 * MiB <= 640 * MiB || place >= 1840 * MiB || (place > 640 * MiB && inTheWay))
      t.is(got, !inTheWay, String(place));
    if (got) fitting += 16;
  }
  t.true(Math.abs(fitting - (answer?.slots?.fitting ?? 0)) <= 32, `${fitting} ${answer?.slots?.fitting}`);
  t.true((answer?.slots?.fitting ?? 0) > 0 && (answer?.slots?.fitting ?? 0) < places.length);
  const [fixed] = await ask({ crashkernel: [size] }, { ...DRAWN, cmdline: 'nokaslr' });
  t.is(fixed?.slots, null);
});

test('gigantic pages: 5 of 6 GiB, none cut by the kernel, and what to write for more', async (t) => {
  const [yes, no, small] = await ask({ hugepages: ['1G:4', '1G:9', '2M:16'] });
  t.like(yes, { fits: true, size: 4 * GiB });
  t.like(no, { fits: false, largestBytes: yes?.largestBytes });
  t.is(no?.instead, `hugepagesz=1G hugepages=${(no?.largestBytes ?? 0) / GiB}`);
  t.regex(no?.words[0] ?? '', /allocating 9 of page size 1.00 GiB failed/);
  t.true(small?.fits);
  const [without] = await ask({ hugepages: ['1G:1'] }, { ...DRAWN, cpu: { pdpe1gb: false } });
  t.like(without, { fits: false, reason: 'the CPU has no pages of 1 GiB (pdpe1gb)' });
});

test('memmap: what eats the kernel, crosses the hole, is unaligned or shares a section', async (t) => {
  const answers = await ask({
    memmap: [
      '64M$16M',
      '3G!1G',
      '64M!0x110001000',
      '1G!5G',
      '66M!6G',
      '62M!0x184200000',
      '1G!3G',
      '64M',
      'x',
    ],
  });
  t.deepEqual(
    answers.map((answer) => answer.fits),
    [false, false, false, true, true, true, false, true, false],
  );
  t.regex(answers[0]?.reason ?? '', /^it eats the kernel, which stands at 0x1000000-/);
  t.deepEqual(answers[0]?.words, ['.text .data .bss are not marked as E820_TYPE_RAM!']);
  t.regex(answers[1]?.reason ?? '', /the hole for PCI below 4 GiB: usable there is 0x100000-0x7fffffff/);
  t.regex(answers[2]?.reason ?? '', /begin and end on 2 MiB/);
  t.regex(answers[4]?.reason ?? '', /shares a section of 128 MiB with the device at 0x184200000-/);
  t.regex(answers[6]?.reason ?? '', /^there is no usable memory at this address/);
  // what is offered instead does fit
  for (const { instead, fits: fine } of answers) {
    if (fine || instead === null) continue;
    const [again] = await ask({ memmap: [instead.replace('memmap=', '')] });
    t.true(again?.fits, instead);
  }
});

test('cma= and reserve_mem=: where the kernel knows them, and that it does not', async (t) => {
  const question = { cma: ['256M', '100G'], reserveMem: ['1G:4096:trace', '1G:trace'] };
  const [cma, tooMuch] = await ask({ cma: question.cma }, DRAWN, '7.3');
  t.like(cma, { fits: true, at: 4 * GiB, size: 256 * MiB });
  t.like(tooMuch, { fits: false, largestBytes: cma?.largestBytes });
  const [named, malformed] = await ask({ reserveMem: question.reserveMem }, DRAWN, '6.12');
  t.like(named, { fits: true, size: GiB });
  t.like(malformed, { fits: false, reason: 'the kernel does not take it: expected SIZE:ALIGN:NAME' });
  const [old] = await ask({ reserveMem: question.reserveMem });
  t.like(old, { fits: false, reason: 'kernel 6.1 does not know reserve_mem=, and hands it to init' });
});

test('the command: JSON as documented, exit status 1 where something does not fit, one line for a wrong spec', async (t) => {
  const { code, stdout } = await cli([
    'fits',
    'tiny-512m',
    '--crashkernel',
    '64M',
    '--crashkernel',
    '4G',
    '--json',
  ]);
  t.is(code, 1);
  const printed: unknown = JSON.parse(stdout);
  t.like(printed, {
    version: 1,
    machine: 'tiny-512m',
    answers: [{ option: 'crashkernel', spec: '64M', fits: true }, { fits: false }],
  });
  t.is((await cli(['fits', 'tiny-512m', '--crashkernel', '64M'])).code, 0);
  t.deepEqual(await cli(['fits', 'tiny-512m']), {
    code: 2,
    stdout: '',
    stderr: 'earlyboot: expected one of --crashkernel, --hugepages, --memmap, --cma, --reserve-mem\n',
  });
  t.is((await cli(['fits', 'tiny-512m', '--hugepages', '3M:1'])).code, 2);
});

// Six random machines under QEMU, with the largest crash kernel that `fits` says, and with 1 MiB more: what the real kernels said.
// Made with `earlyboot judge random-N.yaml --kernel VMLINUZ -o FOLDER`, once for each size; the machines are the folders' own, whose
// initrd is judge's.
const FOLDER = join(ROOT, 'test/ask/fits/fixtures');

interface Judged {
  readonly machine: string;
  /** The image that ran, and the profile that models it. */
  readonly image: string;
  readonly kernel: string;
  readonly largestMiB: number;
  /** The real kernel's lines about crashkernel= with that size, and with 1 MiB more. */
  readonly fits: readonly string[];
  readonly oneMore: readonly string[];
}

const JUDGED = JSON.parse(readFileSync(join(FOLDER, 'qemu.json'), 'utf8')) as readonly Judged[];

test('the largest that fits is what a real kernel reserves, and 1 MiB more is what it refuses', async (t) => {
  t.is(JUDGED.length, 6);
  for (const { machine: file, kernel, largestMiB, fits: said, oneMore } of JUDGED) {
    const machine = await fitsMachine(await resolveMachineName(join(FOLDER, file), '/'), { kernel });
    const [yes, no] = fits(machine, { crashkernel: [`${largestMiB}M`, `${largestMiB + 1}M`] });
    t.like(yes, { fits: true, largestBytes: largestMiB * MiB }, file);
    t.like(no, { fits: false, largestBytes: largestMiB * MiB }, file);
    t.deepEqual(yes?.words, said, `${file}: fits`);
    t.deepEqual(no?.words, oneMore, `${file}: 1 MiB more`);
    t.is(no?.instead, `crashkernel=${largestMiB}M`);
  }
});
