// The gdb client against a stub made of paper: a server that answers by a script.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { layoutOf, type Types } from '../../src/judge/trace/layout.ts';
import { memblockSnapshot } from '../../src/judge/trace/memblock.ts';
import { Gdb } from '../../src/judge/trace/gdb.ts';
import { encodePacket, PacketReader } from '../../src/judge/trace/rsp.ts';
import { parseMemblockSnapshots } from '../../src/ask/verify/capture.ts';

/** Runs `work` with a client whose stub answers each command as `answer` says; null closes the line. */
async function withStub<T>(
  answer: (command: string) => string | null,
  work: (gdb: Gdb, commands: readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-gdb-'));
  const path = join(folder, 'gdb');
  const commands: string[] = [];
  const server = createServer((socket) => {
    const reader = new PacketReader();
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Uint8Array) => {
      for (const command of reader.add(chunk)) {
        if (command === 'k') continue; // ends the guest, without an answer
        commands.push(command);
        const text = command.startsWith('qSupported') ? 'PacketSize=1000' : answer(command);
        if (text === null) socket.destroy();
        else socket.write(encodePacket(text));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const gdb = await Gdb.connect(path);
  try {
    return await work(gdb, commands);
  } finally {
    gdb.kill();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  }
}

const little = (value: bigint): string =>
  (value.toString(16).padStart(16, '0').match(/../g) ?? []).reverse().join('');

test('registers are 17 little-endian words: the stack pointer is the eighth, rip the last', async (t) => {
  const words = Array.from({ length: 17 }, (_, i) => BigInt(i) + 0xffffffff81000000n);
  const registers = await withStub(
    () => words.map(little).join('') + '00000000',
    (gdb) => gdb.registers(),
  );
  t.is(registers.rax, 0xffffffff81000000n);
  t.is(registers.rsp, 0xffffffff81000007n);
  t.is(registers.rip, 0xffffffff81000010n);
});

test('memory is read in pieces of 1 KiB; an error is said with its address', async (t) => {
  await withStub(
    (command) => {
      const [, at = '', length = ''] = /^m(\w+),(\w+)$/.exec(command) ?? [];
      if (at === 'dead') return 'E01';
      return (BigInt(`0x${at}`) & 0xffn).toString(16).padStart(2, '0').repeat(parseInt(length, 16));
    },
    async (gdb, commands) => {
      const view = await gdb.read(0xffff888000001234n, 1025);
      t.is(view.byteLength, 1025);
      t.is(view.getUint8(0), 0x34);
      t.is(view.getUint8(1024), 0x34); // 0x1634
      t.deepEqual(commands.slice(1), ['mffff888000001234,400', 'mffff888000001634,1']);
      await t.throwsAsync(gdb.u64(0xdeadn), { message: /cannot read 8 bytes at 0xdead: E01/ });
    },
  );
});

test('a step goes on until the CPU has left the address, with the breakpoint lifted', async (t) => {
  let steps = 0;
  const rips = [0x1000n, 0x1000n, 0x1001n];
  await withStub(
    (command) => {
      if (command.startsWith('vCont')) return 'T05thread:p01.02;';
      if (command === 'g') return little(0n).repeat(16) + little(rips[steps++] ?? 0n);
      return 'OK';
    },
    async (gdb, commands) => {
      await gdb.stepOver('p01.02', 0x1000n);
      t.is(commands[1], 'z1,1000,1');
      t.is(commands.filter((command) => command === 'vCont;s:p01.02').length, 3);
      t.is(commands.at(-1), 'Z1,1000,1');
    },
  );
});

test('a guest that exits, a line that closes and a refused breakpoint end the trace with a word', async (t) => {
  await withStub(
    (command) => (command.startsWith('vCont') ? 'W00' : command.startsWith('Z') ? '' : null),
    async (gdb) => {
      await t.throwsAsync(gdb.continue(), { message: /the guest ended while it was traced \(W00\)/ });
      await t.throwsAsync(gdb.setBreakpoint(1n), { message: /Z1,1,1: not supported/ });
      await t.throwsAsync(gdb.registers(), { message: /the guest ended while it was traced/ });
      await t.throwsAsync(gdb.registers(), { message: /the guest ended/ }); // and stays ended
    },
  );
});

test("memblock's tables come out as a capture has them", async (t) => {
  const layout = layoutOf(types());
  const memory = new Map<bigint, bigint>([
    [0x1010n, 1n], // memory.cnt
    [0x1020n, 0x9f000n], // total_size
    [0x1028n, 0x2000n], // regions
    [0x1038n, 0n],
    [0x1048n, 0n],
    [0x1050n, 0x3000n],
    [0x2000n, 0x1000n], // base
    [0x2008n, 0x9e000n], // size
    [0x2010n, 0x0000000100000005n], // flags: hotplug and nomap; nid 1
  ]);
  const text = await withStub(
    (command) => {
      const [, at = '', length = ''] = /^m(\w+),(\w+)$/.exec(command) ?? [];
      let out = '';
      for (let i = 0; i < parseInt(length, 16); i += 8)
        out += little(memory.get(BigInt(`0x${at}`) + BigInt(i)) ?? 0n);
      return out;
    },
    (gdb) => memblockSnapshot(gdb, layout, 0x1000n, 'entry of memblock_free_all'),
  );
  t.deepEqual(text, [
    '@ entry of memblock_free_all',
    'memory cnt 1 total_size 0x9f000',
    'memory 0 base 0x1000 end 0x9f000 nid 1 flags HOTPLUG|NOMAP',
    'reserved cnt 0 total_size 0x0',
  ]);
  t.deepEqual(parseMemblockSnapshots(text.join('\n')).freeAll.memory, [
    { base: 0x1000, size: 0x9e000, flags: 5, nid: 1 },
  ]);
});

test('a struct or a member that a kernel lacks is named', (t) => {
  t.is(layoutOf(types()).pglistData.firstDeferredPfn, 171904);
  t.throws(() => layoutOf(types({ padata_mt_job: undefined })), { message: /no struct padata_mt_job/ });
  const { first_deferred_pfn: _, ...others } = PGLIST_DATA;
  t.throws(() => layoutOf(types({ pglist_data: { size: 174208, offsets: others } })), {
    message: /struct pglist_data has no member first_deferred_pfn/,
  });
  // what every object has is no member
  t.throws(() => layoutOf(types({ memblock_type: { size: 40, offsets: { cnt: 0 } } })), {
    message: /no member total_size/,
  });
});

const PGLIST_DATA = {
  node_id: 171584,
  first_deferred_pfn: 171904,
  node_start_pfn: 171560,
  node_spanned_pages: 171576,
};

/** The structs of Debian's 6.1.0-56-amd64, as pahole prints them, but for `others`. */
function types(others: Record<string, ReturnType<Types['layout']>> = {}): Types {
  const structs = new Map<string, ReturnType<Types['layout']>>(
    Object.entries({
      padata_mt_job: {
        size: 56,
        offsets: { thread_fn: 0, fn_arg: 8, start: 16, size: 24, align: 32, min_chunk: 40, max_threads: 48 },
      },
      padata_work: { size: 56, offsets: { pw_work: 0, pw_list: 32, pw_data: 48 } },
      padata_mt_job_state: { size: 64, offsets: { job: 40, nworks: 48, nworks_fini: 52, chunk_size: 56 } },
      pglist_data: { size: 174208, offsets: PGLIST_DATA },
      zone: { size: 1664, offsets: { zone_pgdat: 96, name: 168 } },
      memblock: { size: 96, offsets: { bottom_up: 0, current_limit: 8, memory: 16, reserved: 56 } },
      memblock_type: { size: 40, offsets: { cnt: 0, max: 8, total_size: 16, regions: 24, name: 32 } },
      memblock_region: { size: 24, offsets: { base: 0, size: 8, flags: 16, nid: 20 } },
      ...others,
    }),
  );
  return { layout: (name) => structs.get(name) };
}
