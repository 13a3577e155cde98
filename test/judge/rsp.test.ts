import test from 'ava';
import { cpuOfThread } from '../../src/judge/trace/gdb.ts';
import { encodePacket, PacketReader } from '../../src/judge/trace/rsp.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

test('a packet is framed with the sum of its bytes', (t) => {
  t.deepEqual(encodePacket('g'), bytes('$g#67'));
  t.deepEqual(encodePacket('OK'), bytes('$OK#9a')); // 0x4f + 0x4b
  t.deepEqual(encodePacket(''), bytes('$#00'));
});

test('packets come out whole, however they are cut', (t) => {
  const stream = bytes('+$OK#9a+$T05thread:p01.02;#07$#00');
  t.deepEqual(new PacketReader().add(stream), ['OK', 'T05thread:p01.02;', '']);
  for (let cut = 0; cut <= stream.length; cut++) {
    const reader = new PacketReader();
    const packets = [...reader.add(stream.subarray(0, cut)), ...reader.add(stream.subarray(cut))];
    t.deepEqual(packets, ['OK', 'T05thread:p01.02;', ''], `cut at ${cut}`);
  }
});

test('repetitions and escapes are undone', (t) => {
  t.deepEqual(new PacketReader().add(bytes('$0* #7a')), ['0000']); // ' ' is 32: three more
  t.deepEqual(new PacketReader().add(bytes('$}\x03#80')), ['#']);
});

test('a wrong checksum is said', (t) => {
  t.throws(() => new PacketReader().add(bytes('$OK#9b')), { message: /checksum is 9a, it says 9b/ });
});

test('the CPU of a thread name', (t) => {
  t.is(cpuOfThread('p01.01'), 0);
  t.is(cpuOfThread('p01.1f'), 30);
});
