// One's own code on the board: what it sees of the machine, what is told of it, how it ends. Machine code by hand.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { InputError, runOnMachine } from '../../src/index.ts';

/** mov dx, port; mov al, value; out dx, al */
const out = (port: number, value: number): number[] => [0xba, port & 0xff, port >> 8, 0xb0, value, 0xee];
const SIGNAL = 0xf4;
const COM1 = 0x3f8;

test('a flat binary: ports in and out, lines on both consoles, the signal', async (t) => {
  const text = [...'hi\n'].flatMap((char) => out(COM1, char.charCodeAt(0)));
  const debug = [...'no end'].flatMap((char) => out(0xe9, char.charCodeAt(0)));
  const read = [0xba, 0x34, 0x12, 0xec, 0xed, 0x66, 0xed]; // mov dx, 1234; in al, dx; in ax, dx; in eax, dx
  const run = await runOnMachine(
    'tiny-512m',
    Uint8Array.of(...read, ...text, ...debug, 0xe7, 0x80, ...out(SIGNAL, 7), 0xf4),
  );
  t.deepEqual(run.end, { kind: 'signal', value: 7 });
  t.deepEqual(
    run.events.filter((event) => event.kind === 'in'),
    [
      { kind: 'in', port: 0x1234, bits: 8, value: 0xff },
      { kind: 'in', port: 0x1234, bits: 16, value: 0xffff },
      { kind: 'in', port: 0x1234, bits: 32, value: 0xffffffff },
    ],
  );
  t.deepEqual(run.events.filter((event) => event.kind === 'out' && event.port === COM1).length, 3);
  // the firmware's own line comes first; its ports are not told
  t.deepEqual(run.events.flatMap((event) => (event.kind === 'serial' ? [event.text] : [])).slice(1), ['hi']);
  t.deepEqual(run.events.at(-1), { kind: 'debug', text: 'no end' });
  t.is(run.debug, 'no end');
  t.regex(run.serial, /\nhi\n$/);
});

test('a run that is printed leaves its RAM out', async (t) => {
  const run = await runOnMachine('tiny-512m', Uint8Array.of(0xf4));
  t.false(Object.keys(run).includes('ram'));
  t.is(run.ram.length, 16 * 2 ** 20);
});

test('a boot sector is entered at 0000:7C00 with DL 0', async (t) => {
  const sector = new Uint8Array(512);
  // call $+3; pop ax (7C03); mov [0600], ax; mov [0602], cs; mov [0604], dl; hlt
  const code = [0xe8, 0, 0, 0x58, 0xa3, 0x00, 0x06, 0x8c, 0x0e, 0x02, 0x06, 0x88, 0x16, 0x04, 0x06, 0xf4];
  sector.set(code);
  sector.set([0x55, 0xaa], 510);
  const { end, ram } = await runOnMachine('tiny-512m', sector);
  t.deepEqual(end, { kind: 'halted', address: 0x7c10 });
  t.deepEqual([...ram.subarray(0x600, 0x605)], [0x03, 0x7c, 0, 0, 0]);
});

test('budgets and faults are ends, not errors', async (t) => {
  const loop = Uint8Array.of(0xeb, 0xfe);
  t.deepEqual((await runOnMachine('tiny-512m', loop, { maxInstructions: 300_000 })).end, {
    kind: 'instructions',
    address: 0x20000,
  });
  t.is((await runOnMachine('tiny-512m', loop, { maxMs: 0 })).end.kind, 'deadline');
  // lidt of an empty table, then protected mode and an exception: a triple fault
  const fault = [0x0f, 0x01, 0x1e, 0x00, 0x50, 0x0f, 0x20, 0xc0, 0x0c, 0x01, 0x0f, 0x22, 0xc0, 0x0f, 0x0b];
  t.is((await runOnMachine('tiny-512m', Uint8Array.of(...fault))).end.kind, 'fault');
});

test('an abort is heard while the payload runs', async (t) => {
  const controller = new AbortController();
  const run = runOnMachine('tiny-512m', Uint8Array.of(0xeb, 0xfe), {
    signal: controller.signal,
    maxInstructions: 1e10,
    maxMs: 60_000,
  });
  setImmediate(() => controller.abort(new Error('enough')));
  await t.throwsAsync(run, { message: 'enough' });
});

test('a payload from a file; what cannot be loaded', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'payload-'));
  const path = join(folder, 'halt.bin');
  writeFileSync(path, Uint8Array.of(0xf4));
  t.is((await runOnMachine('tiny-512m', path)).end.kind, 'halted');
  rmSync(folder, { recursive: true });
  for (const [payload, kind] of [
    [path, 'file'],
    [new Uint8Array(), 'guest'],
    [new Uint8Array(0x10001), 'guest'],
  ] as const) {
    const error = await t.throwsAsync(runOnMachine('tiny-512m', payload), { instanceOf: InputError });
    t.is(error?.kind, kind);
  }
});
