// The machine by itself: who comes up, what CPUs say of themselves, ports, memory, and the end.
import test from 'ava';
import { decodeEvents } from '../../../src/cpus/emulated/events.ts';
import { CpuLost } from '../../../src/cpus/emulated/fault.ts';
import * as layout from '../../../src/cpus/emulated/layout.ts';
import { createSmpMachine } from '../../../src/cpus/emulated/node.ts';
import type { SmpNodeOptions } from '../../../src/cpus/emulated/node.ts';

const cpus = (...apicIds: number[]) => apicIds.map((apicId) => ({ apicId }));
const memory = (pages = 1) => new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });

test('the boot CPU starts others by their APIC IDs; each reports its own, in its local APIC and in CPUID', async (t) => {
  const machine = await createSmpMachine({ cpus: cpus(4, 0, 254, 9, 16), workers: 2, record: true });
  t.is(machine.report(1), null);
  for (const cpu of [2, 1, 4]) await machine.startCpu(cpu);
  t.deepEqual(
    [0, 1, 2, 3, 4].map((cpu) => machine.report(cpu)?.apicId),
    [4, 0, 254, undefined, 16],
  );
  t.deepEqual(
    [0, 1, 2, 4].map((cpu) => (machine.report(cpu)?.cpuid.cpuidEbx ?? 0) >>> 24),
    [4, 0, 254, 16],
  );
  const remains = await machine.stop();
  t.is(machine.liveWorkers, 0);
  const events = remains.map((cpu) => decodeEvents(cpu.events));
  // the trampoline's page, by SIPI; power-on is -1
  t.deepEqual(
    events.map(([first]) => first?.a),
    [-1, 7, 7, undefined, 7],
  );
  t.regex(remains[0]?.serial ?? '', /earlyboot firmware/);
  // INIT assert, de-assert, SIPI, SIPI, each with its destination; three CPUs
  const icr = events[0]?.filter(({ kind, a }) => kind === 'apic' && a === 0x300).map(({ b }) => b);
  t.deepEqual(icr?.slice(0, 4), [0xc500, 0x8500, 0x607, 0x607]);
  t.is(icr?.length, 12);
});

test('all but self starts all at once, with IDs of 32 bits and the local APIC elsewhere', async (t) => {
  const lapicAddress = 0xfed00000;
  const machine = await createSmpMachine({
    cpus: cpus(0, 300, 70_000),
    workers: 2,
    lapicAddress,
    record: true,
  });
  t.deepEqual(await machine.startOthers(), []);
  t.deepEqual(
    [0, 1, 2].map((cpu) => machine.report(cpu)?.apicId),
    [0, 300, 70_000],
  );
  t.is((machine.report(1)?.cpuid.cpuidEbx ?? 0) >>> 24, 300 & 0xff);
  await machine.stop();
});

test('a CPU that hears no SIPI is told at once; the others come up', async (t) => {
  const machine = await createSmpMachine({ cpus: cpus(0, 2, 4), workers: 1, faults: { deaf: [1] } });
  const lost = await t.throwsAsync(machine.startCpu(1), { instanceOf: CpuLost });
  t.is(lost?.message, 'CPU 1 (APIC 0x2) did not answer its SIPI; its last event: nothing at all');
  t.deepEqual(
    (await machine.startOthers()).map(({ cpu, kind }) => [cpu, kind]),
    [[1, 'no-answer']],
  );
  t.is(machine.report(2)?.apicId, 4);
  await machine.stop();
});

test('commands write to the bank that they name, and no other', async (t) => {
  const banks = [memory(), memory()];
  const machine = await createSmpMachine({ cpus: cpus(0), banks, direct: true });
  const run = (first: number, pages: number, flags: number) => [
    ...[pages, layout.WINDOW_BASE + first * 64, flags, 0, 0x1000, 0xffd40000],
  ];
  const { result } = await machine.command(0, layout.COMMANDS.pagesSse, [...run(0, 3, 1), ...run(8, 2, 5)], {
    bank: 1,
  });
  t.is(result, 5);
  await machine.command(0, layout.COMMANDS.pagesPlain, run(1, 1, 7), { bank: 0 });
  await machine.stop();
  const flags = banks.map(({ buffer }) => {
    const words = new Uint32Array(buffer);
    return Array.from({ length: 12 }, (_, page) => words[page * 16] ?? 0);
  });
  t.deepEqual(flags, [
    [0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [1, 1, 1, 0, 0, 0, 0, 0, 5, 5, 0, 0],
  ]);
});

test('both loops make the struct page that the kernel makes', async (t) => {
  const banks = [memory()];
  const machine = await createSmpMachine({ cpus: cpus(0) });
  machine.attachBanks(banks);
  const args = (page: number) => [2, layout.WINDOW_BASE + page * 64, 0x11, 0x22, 0xfffffff8 - 64, 0xffd40000];
  await machine.command(0, layout.COMMANDS.pagesSse, args(0));
  await machine.command(0, layout.COMMANDS.pagesPlain, args(2));
  await machine.stop();
  const words = new Uint32Array(banks[0]?.buffer ?? new ArrayBuffer(0));
  const page = (low: number) => [
    ...[0x11, 0x22, low, 0xffd40000, low, 0xffd40000, 0, 0],
    ...[0, 0, 0, 0, 0xffffffff, 1, 0, 0],
  ];
  const expected = [...page(0xffffffb8), ...page(0xfffffff8)];
  t.deepEqual([...words.subarray(0, 32)], expected);
  t.deepEqual([...words.subarray(32, 64)], expected);
});

test('compare and exchange through the ports', async (t) => {
  const banks = [memory()];
  const payload = Uint8Array.from([
    ...[0x66, 0xb8, 8, 0, 0, 0, 0xba, 0x20, 0xeb, 0x66, 0xef], // mov eax, 8; mov dx, 0xeb20; out dx, eax
    ...[0x66, 0xb8, 5, 0, 0, 0, 0xba, 0x2c, 0xeb, 0x66, 0xef], // 5 to 0xeb2c; what it expects is 0
    ...[0xba, 0x30, 0xeb, 0x66, 0xed], // in eax, 0xeb30
    ...[0x66, 0xb8, 9, 0, 0, 0, 0xba, 0x2c, 0xeb, 0x66, 0xef], // 9 to 0xeb2c: still expects 0
    ...[0xba, 0x30, 0xeb, 0x66, 0xed],
    ...[0xe6, 0xf4, 0xfb, 0xf4], // out 0xf4, al; sti; hlt
  ]);
  const machine = await createSmpMachine({ cpus: cpus(0), banks, payload, record: true });
  t.is(await machine.signalled(0), 5);
  const [remains] = await machine.stop();
  const seen = decodeEvents(remains?.events ?? new Float64Array())
    .filter(({ kind, a }) => kind === 'in' && a === layout.PORT_ATOMIC_SEEN)
    .map(({ b }) => b);
  t.deepEqual(seen, [0, 5]);
  t.is(new Uint32Array(banks[0]?.buffer ?? new ArrayBuffer(0))[2], 5);
});

test('a CPU that was not started takes no command; one at a time is enough for the others', async (t) => {
  const machine = await createSmpMachine({ cpus: cpus(0, 1), workers: 1 });
  await t.throwsAsync(machine.command(1, layout.COMMANDS.pagesSse), { message: 'CPU 1 was not started' });
  await t.throwsAsync(machine.command(2, layout.COMMANDS.pagesSse), { message: 'no CPU 2' });
  const first = machine.command(0, layout.COMMANDS.pagesSse);
  await t.throwsAsync(machine.command(0, layout.COMMANDS.pagesSse), {
    message: 'CPU 0 has a command in hand',
  });
  t.is((await first).result, 0);
  await machine.stop();
});

test('a worker that gives no sign in time is told as such, and ended', async (t) => {
  // No worker starts in no time at all.
  const lost = await t.throwsAsync(createSmpMachine({ cpus: cpus(6), deadlineMs: 0 }), {
    instanceOf: CpuLost,
  });
  t.is(
    lost?.message,
    'CPU 0 (APIC 0x6) is stuck: its worker thread gives no sign (for 0 ms); its last event: nothing at all',
  );
});

test('who waits for a machine that is killed hears of it', async (t) => {
  const machine = await createSmpMachine({ cpus: cpus(0, 1), workers: 2 });
  await machine.startCpu(1);
  const waiting = machine.command(1, layout.COMMANDS.faultLoop, [], { budget: Infinity });
  const told = t.throwsAsync(waiting, { message: /^CPU 1 \(APIC 0x1\) is gone: its worker thread ended/ });
  await machine.kill();
  await told;
  t.is(machine.liveWorkers, 0);
});

for (const [what, options] of Object.entries({
  'no CPU': { cpus: [] },
  '257 CPUs': { cpus: cpus(...Array.from({ length: 257 }, (_, i) => i)) },
  'one APIC ID twice': { cpus: cpus(0, 1, 0) },
  'a local APIC in RAM': { cpus: cpus(0), lapicAddress: 0xf0000 },
  'a local APIC beside a page': { cpus: cpus(0), lapicAddress: 0xfee00010 },
  'a local APIC in the window': { cpus: cpus(0), lapicAddress: 0x40000000, banks: [memory()] },
  'a payload of two segments': { cpus: cpus(0), payload: new Uint8Array(0x10001) },
} satisfies Record<string, SmpNodeOptions>)) {
  test(`refused: ${what}`, async (t) => {
    await t.throwsAsync(createSmpMachine(options), { name: 'InputError' });
  });
}
