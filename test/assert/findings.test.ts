// What the assertions of earlyboot/ava find, word by word: a kernel engineer reads these.
import test from 'ava';
import { everySchedule, jobs, logLike } from '../../src/assert/work.ts';
import { firmwareMap, reserved, sameMemmap, zone } from '../../src/assert/memory.ts';
import { Boot, bootMachine, MiB } from '../../src/index.ts';

const boot = await bootMachine('laptop-16g');
const tiny = await bootMachine('tiny-512m');

test('firmwareMap: lines as the kernel prints them', (t) => {
  const lines = tiny.log.map(({ text }) => text).filter((text) => text.startsWith('BIOS-e820'));
  t.is(firmwareMap(tiny, lines), null);
  t.is(firmwareMap(tiny, tiny.e820), null);
  const changed = lines.with(2, lines[2]?.replace('reserved', 'ACPI data') ?? '').slice(0, 4);
  t.is(
    firmwareMap(tiny, changed),
    `the firmware map of tiny-512m differs (- expected, + handed over)
    BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
    BIOS-e820: [mem 0x000000000009fc00-0x000000000009ffff] reserved
  - BIOS-e820: [mem 0x00000000000f0000-0x00000000000fffff] ACPI data
  + BIOS-e820: [mem 0x00000000000f0000-0x00000000000fffff] reserved
    BIOS-e820: [mem 0x0000000000100000-0x000000001ffdffff] usable
  + BIOS-e820: [mem 0x000000001ffe0000-0x000000001fffffff] reserved
  + BIOS-e820: [mem 0x00000000b0000000-0x00000000bfffffff] reserved
  + BIOS-e820: [mem 0x00000000fed1c000-0x00000000fed1ffff] reserved
  + BIOS-e820: [mem 0x00000000fffc0000-0x00000000ffffffff] reserved`,
  );
});

test('reserved: who has it instead', (t) => {
  const low = { start: 0x90000, size: 0x1000 };
  t.is(reserved(tiny, low), null);
  t.is(reserved(tiny, low, { by: 'setup_arch' }), null);
  t.is(reserved(tiny, low, { by: 'setup_arch (first-megabyte)' }), null);
  t.is(
    reserved(tiny, low, { by: 'reserve_crashkernel' }),
    `expected [mem 0x0000000000090000-0x0000000000090fff] to be reserved by reserve_crashkernel
  [mem 0x0000000000090000-0x0000000000090fff] was taken by setup_arch (first-megabyte) in reserve_real_mode`,
  );
  const kernelEnd = tiny.memblock.reserved.find(({ base, size }) => !tiny.memblock.isReserved(base + size));
  const end = (kernelEnd?.base ?? 0) + (kernelEnd?.size ?? 0);
  t.regex(
    reserved(tiny, { start: end - 4096, size: 8192 }) ?? '',
    /^ {2}\[mem 0x[0-9a-f]+-0x[0-9a-f]+\] is not reserved$/m,
  );
});

test('zone: by how much it is off', (t) => {
  t.is(zone(tiny, 0, 'DMA', { startPfn: 1 }), null);
  t.is(
    zone(tiny, 0, 'DMA', { startPfn: 0, spannedPages: 4096 }),
    `node 0, zone DMA
  startPfn: expected page frame 0x0, is page frame 0x1 (+1)
  spannedPages: expected 4096 pages, is 4095 pages (-1)`,
  );
  t.is(zone(tiny, 0, 'Normal'), 'node 0 has no zone Normal: it has DMA, DMA32');
  t.is(zone(tiny, 1, 'DMA'), 'node 1 has no zone DMA: it has none');
});

test('jobs: in the order in which they were made', (t) => {
  const made = boot.jobs.map(({ start, maxThreads }) => ({ start, maxThreads }));
  t.true(made.length > 0);
  t.is(jobs(boot, 0, made), null);
  t.is(jobs(boot, 1, []), null);
  const [first] = made;
  const finding = jobs(boot, 0, [{ start: first?.start ?? 0, maxThreads: 1000 }, ...made.slice(1)]) ?? '';
  t.regex(finding, /^ {2}- job 0: start 0x[0-9a-f]+, maxThreads 1000$/m);
  t.regex(finding, /^ {2}\+ job 0: start 0x[0-9a-f]+, maxThreads \d+$/m);
  t.regex(jobs(boot, 0, []) ?? '', /made \d+ jobs?, 0 were expected/);
});

test('logLike: the lines that differ, with the boot step of ours', (t) => {
  const real = tiny.log.map(({ text }) => `[    0.000000] ${text}`);
  t.is(logLike(tiny, real.join('\n')), null);
  const other = real.map((line) => line.replace('Total pages: 128736', 'Total pages: 1')).join('\n');
  const finding = logLike(tiny, other) ?? '';
  t.regex(finding, /^ {2}- Built 1 zonelists, mobility grouping on\. {2}Total pages: 1 {3}\(/m);
  t.regex(
    finding,
    /^ {2}\+ Built 1 zonelists, mobility grouping on\. {2}Total pages: 128736 {3}\(build_all_zonelists\)$/m,
  );
  t.is(logLike(tiny, other, { atLeast: 0.9 }), null);
  t.regex(logLike(tiny, 'nothing') ?? '', /no memory lines/);
});

test('sameMemmap: page frames that differ', (t) => {
  const text = (flags: string): string => `0x0 0x10 page flags=${flags}\n0x10 0x10 page flags=0x0\n`;
  const withRuns = (runs: string): Boot => new Boot(tiny.record, { memmapRuns: () => runs });
  t.is(sameMemmap(withRuns(text('0x1')), withRuns(text('0x1'))), null);
  t.is(
    sameMemmap(withRuns(text('0x1')), withRuns(text('0x2'))),
    `16 of 32 struct pages differ (first | second)
  page frames 0x0-0xf: flags=0x1 | flags=0x2`,
  );
  t.regex(sameMemmap(tiny, tiny) ?? '', /without a memmap/);
});

test('everySchedule: the drawing and the token', (t) => {
  const scenario = {
    name: 'nothing',
    cpus: 1,
    setup: () => MiB,
    threads: [
      function* () {
        yield { op: 'getcpu' } as const;
      },
    ],
  };
  t.is(
    everySchedule(scenario, (state) => state === MiB, {}),
    null,
  );
  const finding = everySchedule(scenario, () => 'it is never right', {}) ?? '';
  t.regex(finding, /^nothing: it is never right \(schedule 1 of 1\)\n/);
  t.regex(finding, /^replay: nothing:/m);
});
