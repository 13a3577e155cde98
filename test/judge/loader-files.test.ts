import test from 'ava';
import { blobsFile } from '../../src/judge/loader-files.ts';
import { dmiParts, smbiosBlobs } from '../../src/judge/smbios.ts';

test('blobs: an entry each (address, size, offset), an empty one, the bytes', (t) => {
  const file = blobsFile([
    { address: 0xf0000, bytes: Uint8Array.of(1, 2, 3), what: 'a' },
    { address: 0x1, bytes: new Uint8Array(0), what: 'nothing' },
    { address: 0x123456789, bytes: Uint8Array.of(9), what: 'b' },
  ]);
  const hex = Buffer.from(file).toString('hex');
  t.is(
    hex,
    '00000f0000000000' +
      '03000000' +
      '30000000' + // 48: behind three entries
      '8967452301000000' +
      '01000000' +
      '33000000' +
      '00'.repeat(16) +
      '010203' +
      '09',
  );
});

test('a DMI line taken apart as dmi_format_ids puts it together', (t) => {
  t.deepEqual(dmiParts('QEMU Standard PC (Q35 + ICH9, 2009), BIOS 1.16.2-debian-1.16.2-1 04/01/2014'), {
    vendor: 'QEMU',
    product: 'Standard PC (Q35 + ICH9, 2009)',
    board: '',
    version: '1.16.2-debian-1.16.2-1',
    date: '04/01/2014',
  });
  t.is(dmiParts('Dell Inc. PowerEdge R740/0WRPXK, BIOS 2.1 01/02/2019')?.board, '0WRPXK');
  t.is(dmiParts('nonsense'), null);
});

test('SMBIOS: sums are 0, the entry names the structures, both are clear of what is taken', (t) => {
  const dmi = 'QEMU PC, BIOS 1 01/01/2020';
  const [entry, table] = smbiosBlobs(dmi, [{ start: 0xf0008, end: 0xf0021 }]);
  if (!entry || !table) return t.fail();
  t.is(entry.address, 0xf0030);
  const sum = (bytes: Uint8Array) => bytes.reduce((s, b) => (s + b) & 0xff, 0);
  t.is(sum(entry.bytes), 0);
  t.is(sum(entry.bytes.subarray(16)), 0);
  const view = new DataView(entry.bytes.buffer);
  t.is(view.getUint32(24, true), table.address);
  t.is(view.getUint16(22, true), table.bytes.length);
  // four structures, walked as the kernel does: length, strings up to two zeros
  const types: number[] = [];
  for (let at = 0; at < table.bytes.length;) {
    types.push(table.bytes[at] ?? -1);
    at += table.bytes[at + 1] ?? 0;
    while (table.bytes[at] !== 0 || table.bytes[at + 1] !== 0) at += 1;
    at += 2;
  }
  t.deepEqual(types, [0, 1, 2, 127]);
  t.throws(() => smbiosBlobs(dmi, [{ start: 0xf0000, end: 0x100000 }]), {
    message: /no room for \d+ bytes of SMBIOS/,
  });
});
