// The board's devices by themselves: fw_cfg by port and by DMA, serial line, the window on described tables.
import test from 'ava';
import fc from 'fast-check';
import { BlobWindow, checkBlobs, largestGap, placeInRam } from '../../src/board/blobs.ts';
import { BoardDevices } from '../../src/board/devices.ts';
import { FwCfg } from '../../src/board/fw-cfg.ts';

const FILES = [
  { name: 'opt/earlyboot/one', bytes: Uint8Array.of(1, 2, 3) },
  { name: 'opt/earlyboot/two', bytes: Uint8Array.of(4, 5, 6, 7, 8) },
];

function device(ram = new Uint8Array(256)) {
  const written: [number, number][] = [];
  const fwCfg = new FwCfg(
    FILES,
    () => ram,
    (address, bytes) => written.push([address, bytes]),
  );
  return { devices: new BoardDevices(fwCfg), ram, written };
}

function readKey(devices: BoardDevices, key: number, bytes: number): number[] {
  devices.write16(0x510, key);
  return Array.from({ length: bytes }, () => devices.read8(0x511));
}

/** Writes the DMA request at 0x10 and rings the bell; the control word afterwards. */
function dma(
  { devices, ram }: ReturnType<typeof device>,
  control: number,
  length: number,
  address: number,
): number {
  const view = new DataView(ram.buffer);
  view.setUint32(0x10, control);
  view.setUint32(0x14, length);
  view.setUint32(0x18, 0);
  view.setUint32(0x1c, address);
  devices.write32(0x518, 0x10000000);
  return view.getUint32(0x10);
}

test('fw_cfg by port: signature, features, directory, files, zeros behind their end', (t) => {
  const { devices } = device();
  t.deepEqual(readKey(devices, 0, 5), [...'QEMU'].map((c) => c.charCodeAt(0)).concat(0));
  t.deepEqual(readKey(devices, 1, 4), [3, 0, 0, 0]);
  const directory = readKey(devices, 0x19, 4 + 128);
  t.deepEqual(directory.slice(0, 12), [0, 0, 0, 2, 0, 0, 0, 3, 0, 0x20, 0, 0]);
  t.is(String.fromCharCode(...directory.slice(12, 30)), 'opt/earlyboot/one\0');
  t.deepEqual(directory.slice(68, 76), [0, 0, 0, 5, 0, 0x21, 0, 0]);
  t.deepEqual(readKey(devices, 0x21, 7), [4, 5, 6, 7, 8, 0, 0]);
  t.deepEqual(readKey(devices, 0x22, 2), [0, 0]);
});

test('fw_cfg by DMA: select, skip and read; errors leave the error bit', (t) => {
  const board = device();
  t.is(dma(board, (0x21 << 16) | 8 | 4, 2, 0), 0);
  t.is(dma(board, 2, 4, 0x40), 0);
  t.deepEqual([...board.ram.subarray(0x40, 0x45)], [6, 7, 8, 0, 0]);
  t.deepEqual(board.written, [[0x40, 4]]);
  t.is(dma(board, (0x20 << 16) | 8 | 2, 3, 253), 0); // up to the last byte of memory
  t.deepEqual([...board.ram.subarray(253)], [1, 2, 3]);
  t.is(dma(board, (0x20 << 16) | 8 | 2, 3, 254), 1);
  t.is(dma(board, (0x20 << 16) | 8 | 16, 1, 0), 1); // writing is not offered
});

test('the serial line keeps the divisor out of the text; each console keeps its own', (t) => {
  const { devices } = device();
  devices.write8(0x3fb, 0x80);
  devices.write8(0x3f8, 1);
  devices.write8(0x3fb, 3);
  for (const byte of new TextEncoder().encode('one\r\ntwo\r\n')) devices.write8(0x3f8, byte);
  for (let i = 0; i < 5000; i++) devices.write8(0xe9, 0x41);
  t.is(devices.serial.text(), 'one\r\ntwo\r\n');
  t.is(devices.serial.lastLine(), 'two');
  t.is(devices.debugcon.text(), 'A'.repeat(5000));
  t.is(devices.read8(0x3fd) & 0x20, 0x20);
  t.deepEqual([devices.read8(0x70), devices.read16(), devices.read32()], [0xff, 0xffff, 0xffffffff]);
});

test('window and RAM together show every byte of every blob at its address, and ones elsewhere', (t) => {
  const address = fc.oneof(
    fc.integer({ min: 0x9ff00, max: 0xc0100 }),
    fc.integer({ min: 0xffff00, max: 0x1000100 }),
    fc.integer({ min: 2 ** 32 - 300, max: 2 ** 32 - 100 }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(address, fc.uint8Array({ minLength: 1, maxLength: 60 })), { maxLength: 4 }),
      (list) => {
        const blobs = list
          .map(([at, bytes]) => ({ address: at, bytes, what: 'blob' }))
          .filter((blob, i, all) => all.slice(0, i).every((o) => Math.abs(o.address - blob.address) > 60));
        const sorted = checkBlobs(blobs);
        const window = new BlobWindow(sorted);
        const ram = new Map<number, number>();
        placeInRam(sorted, (at, bytes) => bytes.forEach((byte, i) => ram.set(at + i, byte)));
        for (const { address: at, bytes } of blobs) {
          for (let i = 0; i < bytes.length; i++) {
            const here = at + i;
            const inRam = here < 0xa0000 || (here >= 0xc0000 && here < 0x1000000);
            if (ram.has(here) !== inRam) return false;
            if ((inRam ? ram.get(here) : window.read8(here)) !== bytes[i]) return false;
            const four = [0, 1, 2, 3].map((k) => window.read8(here + k));
            if (window.read32(here) >>> 0 !== new Uint32Array(Uint8Array.from(four).buffer)[0]) return false;
          }
        }
        // one byte before and one after what there is, across an edge, and where nothing is
        const edges = sorted.flatMap(({ address: at, bytes }) => [at - 1, at + bytes.length]);
        const held = (at: number) => sorted.some((b) => at >= b.address && at < b.address + b.bytes.length);
        if (edges.some((at) => !held(at) && window.read8(at) !== 0xff)) return false;
        return window.read8(0x5000_0000) === 0xff && window.read32(0x5000_0000) === -1;
      },
    ),
  );
  t.pass();
});

test('the largest gap, in whole 64 KiB, around blobs', (t) => {
  const blob = (address: number, length: number) => ({ address, bytes: new Uint8Array(length), what: '' });
  t.deepEqual(largestGap([], 0x100000, 0x1000000, 1), { address: 0x100000, bytes: 0xf00000 });
  t.deepEqual(largestGap([blob(0x800000, 1)], 0x100000, 0x1000000, 1), {
    address: 0x810000,
    bytes: 0x7f0000,
  });
  t.deepEqual(largestGap([blob(0x900000, 1)], 0x100000, 0x1000000, 1), {
    address: 0x100000,
    bytes: 0x800000,
  });
  t.deepEqual(largestGap([blob(0xff000, 0x2000)], 0x100000, 0x1000000, 1), {
    address: 0x110000,
    bytes: 0xef0000,
  });
  t.throws(() => largestGap([blob(0x110000, 0xef0000)], 0x100000, 0x1000000, 0x10001), {
    name: 'InputError',
  });
  t.is(largestGap([blob(0x110000, 0xef0000)], 0x100000, 0x1000000, 0x10000).bytes, 0x10000);
});
