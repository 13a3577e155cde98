// The ROM's INT 15h and INT 12h, asked by a little payload of the test's own (fixtures/int15.asm).
import test from 'ava';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runBoardOnNode } from '../../src/board/node.ts';
import { haveNasm } from '../../tools/firmware.ts';
import { board } from '../board/helpers/machines.ts';

const SMAP = 0x534d4150;
const FILLER = 0xee;

function assemble(name: string): Uint8Array {
  const out = mkdtempSync(join(tmpdir(), 'earlyboot-test-'));
  try {
    const target = join(out, 'payload.bin');
    execFileSync('nasm', [
      '-f',
      'bin',
      '-o',
      target,
      fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)),
    ]);
    return readFileSync(target);
  } finally {
    rmSync(out, { recursive: true });
  }
}

test('INT 15h answers as the specifications say', async (t) => {
  if (!haveNasm()) {
    t.log('skipped: nasm is not installed');
    t.pass();
    return;
  }
  const { handoff } = await runBoardOnNode(
    board({
      payload: assemble('int15.asm'),
      e820: [
        { addr: 0n, size: 0x9f000n, type: 1 },
        { addr: 0x100000n, size: 0x2_0000_0000n, type: 1, attributes: 0x1234 },
      ],
    }),
  );
  const call = (index: number) => {
    const at = new DataView(handoff.buffer, handoff.byteOffset + 64 * index, 64);
    const [eax, ebx, ecx, edx, carry] = [0, 4, 8, 12, 16].map((offset) => at.getUint32(offset, true));
    return { eax, ebx, ecx, edx, carry, buffer: [...handoff.subarray(64 * index + 32, 64 * index + 64)] };
  };
  const filler = (bytes: number) => Array<number>(bytes).fill(FILLER);
  const first = [...[0, 0, 0, 0, 0, 0, 0, 0], ...[0, 0xf0, 9, 0, 0, 0, 0, 0], ...[1, 0, 0, 0]];
  const second = [...[0, 0, 16, 0, 0, 0, 0, 0], ...[0, 0, 0, 0, 2, 0, 0, 0], ...[1, 0, 0, 0]];
  const attributes = [0x34, 0x12, 0, 0];

  t.deepEqual(call(0), {
    eax: SMAP,
    ebx: 1,
    ecx: 20,
    edx: SMAP,
    carry: 0,
    buffer: [...first, ...filler(12)],
  });
  t.deepEqual(call(1), call(0));
  const last = { eax: SMAP, ebx: 0, ecx: 24, edx: SMAP, carry: 0 };
  t.deepEqual(call(2), { ...last, buffer: [...second, ...attributes, ...filler(8)] });
  t.deepEqual(call(3), call(2));
  for (const refused of [4, 5, 6, 7]) {
    t.is(call(refused).carry, 1, `call ${refused}`);
    t.is((call(refused).eax ?? 0) >>> 8, 0x86);
    t.deepEqual(call(refused).buffer, filler(32));
  }
  // Memory to 4 GiB and beyond: 15 MiB, then 64 KiB blocks from 16 MiB to just below 4 GiB.
  const e801 = call(8);
  t.deepEqual([e801.eax, e801.ebx, e801.ecx, e801.edx, e801.carry], [0x3c00, 0xfeff, 0x3c00, 0xfeff, 0]);
  t.deepEqual([(call(9).eax ?? 0) & 0xffff, call(9).carry], [0xfc00, 0]);
  t.deepEqual([call(10).eax, call(10).carry], [0x86ff, 1]);
  t.is((call(11).eax ?? 0) & 0xffff, 0x9f000 / 1024);
});
