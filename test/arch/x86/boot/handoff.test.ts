// The handoff parser against a block written here by hand from docs/handoff.md, and against every way to damage it.
import test from 'ava';
import fc from 'fast-check';
import { parseHandoff } from '../../../../src/arch/x86/boot/handoff.ts';
import { InputError } from '../../../../src/lib/input-error.ts';

type Part = { readonly kind: number; readonly entry?: number; readonly bytes: Uint8Array };

function words(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value, true);
  return bytes;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** Header of 256 bytes, sections from there on, each filled up to 16. */
function block(parts: readonly Part[]): Uint8Array {
  const sizes = parts.map((part) => Math.ceil(part.bytes.length / 16) * 16);
  const bytes = new Uint8Array(256 + sizes.reduce((a, b) => a + b, 0));
  bytes.set(text('EARLYBT'));
  const view = new DataView(bytes.buffer);
  view.setUint32(8, 1, true);
  view.setUint32(12, bytes.length, true);
  view.setUint32(20, parts.length, true);
  let at = 256;
  for (const [i, part] of parts.entries()) {
    bytes.set(words(part.kind, at, part.bytes.length, part.entry ?? 0), 32 + 16 * i);
    bytes.set(part.bytes, at);
    at += sizes[i] ?? 0;
  }
  return sealed(bytes);
}

/** With the checksum at 16 made right. */
function sealed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  view.setUint32(16, 0, true);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum += view.getUint32(at, true);
  view.setUint32(16, -sum, true);
  return bytes;
}

const INFO = words(2, 2, 0x7ff400, 0xfc00, 639, 0x9fc00);
const E820 = words(0x100000, 1, 0x7fe00000, 0, 0xdead);
const CPUID = words(0x80000001, 3, 1, 0xffffffff, 0, 5);
const LEAST: readonly Part[] = [
  { kind: 1, bytes: INFO },
  { kind: 2, entry: 20, bytes: E820 },
  { kind: 3, entry: 24, bytes: CPUID },
  { kind: 11, entry: 24, bytes: new Uint8Array() },
  { kind: 12, bytes: text('payload: one\r\npayload: two\r\n') },
];

/** The message of the InputError that `bytes` gives. */
function refusal(bytes: Uint8Array): string {
  try {
    parseHandoff(bytes);
  } catch (error) {
    if (error instanceof InputError && error.kind === 'guest') return error.message;
    throw error;
  }
  return 'accepted';
}

test('the least block: map, CPUID, log; everything else absent', (t) => {
  t.deepEqual(parseHandoff(block(LEAST)), {
    e820: [{ addr: 0x1_0010_0000n, size: 0x7fe00000n, type: 0xdead }],
    e820Ignored: 2,
    e820End: 'full',
    altMemK: 0x7ff400,
    extMemK: 0xfc00,
    bda: { baseMemKiB: 639, ebdaAddr: 0x9fc00 },
    acpi: null,
    acpiProblems: [],
    mp: null,
    cpuid: [{ leaf: 0x80000001, subleaf: 3, eax: 1, ebx: 0xffffffff, ecx: 0, edx: 5 }],
    cmdline: '',
    ramdisk: null,
    efi: null,
    platform: null,
    dmi: null,
    payloadLog: ['payload: one', 'payload: two'],
  });
});

test('ACPI, MP table and problems are read from where the directory says', (t) => {
  const rsdp = new Uint8Array(40);
  rsdp.set(text('RSD PTR _TESTER\u0002'));
  const table = Uint8Array.from({ length: 40 }, (_, i) => i);
  const tableAt = 256 + 5 * 32; // behind five sections of up to 32 bytes
  const blob: Part = { kind: 99, bytes: table };
  const bytes = block([
    ...LEAST.filter((part) => part.kind !== 11),
    { kind: 11, entry: 24, bytes: words(4, 0x54_41_52_53, 0x7ff00000, 0, 0x12, 0x34) },
    blob,
    { kind: 9, bytes: Uint8Array.of(...words(0xf59c0, 3, 36, 1, 0x7ff40000, 0), ...rsdp) },
    { kind: 10, entry: 32, bytes: words(0x7ff00000, 0x54_41_52_53, tableAt, 40, 0, 0, 0, 0) },
    { kind: 8, bytes: words(0xf5ba0, 0xf5bb0, tableAt, 8, 0x5f504d5f, 0, 0, 0) },
  ]);
  const found = parseHandoff(bytes);
  t.is(found.acpi?.revision, 2);
  t.is(found.acpi?.oemId, 'TESTER');
  t.is(found.acpi?.rsdp.length, 36);
  t.is(found.acpi?.rootSignature, 'XSDT');
  t.is(found.acpi?.rootAddress, 0x7ff40000);
  t.deepEqual(found.acpi?.tables, [
    { signature: 'SRAT', address: 0x7ff00000, bytes: table, checksumOk: false },
  ]);
  t.deepEqual(found.acpiProblems, ['SRAT at 0x7ff00000: incorrect checksum 0x12, should be 0x34']);
  t.deepEqual(found.mp?.mpc, { address: 0xf5bb0, bytes: table.slice(0, 8) });
});

test('each rule of the block, with the offset of what broke it', (t) => {
  const changed = (at: number, value: number) => {
    const bytes = block(LEAST);
    new DataView(bytes.buffer).setUint32(at, value, true);
    return sealed(bytes);
  };
  t.is(refusal(new Uint8Array(255)), 'handoff block, offset 0x0: 255 bytes, expected at least 256');
  t.regex(refusal(changed(0, 0)), /^handoff block, offset 0x0: magic is /);
  t.is(refusal(changed(8, 2)), 'handoff block, offset 0x8: version 2, this parser reads 1');
  t.regex(refusal(changed(12, 272)), /^handoff block, offset 0xc: length 272, but \d+ bytes are there/);
  t.regex(refusal(block(LEAST).subarray(0, 256)), /^handoff block, offset 0xc: length/);
  t.is(refusal(changed(20, 15)), 'handoff block, offset 0x14: 15 sections, at most 14 fit');
  t.is(refusal(changed(20, 4)), 'handoff block, offset 0x14: no section 12 (log)');
  t.is(refusal(changed(32, 2)), 'handoff block, offset 0x30: section 2 appears twice');
  t.regex(refusal(changed(36, 0)), /^handoff block, offset 0x24: section 1 at 0x0/);
  t.regex(refusal(changed(36, 264)), /^handoff block, offset 0x24: section 1 at 0x108/);
  t.regex(refusal(changed(40, 0xfffffff0)), /^handoff block, offset 0x24: section 1/);
  t.regex(
    refusal(changed(40, 20)),
    /^handoff block, offset 0x114: 4 bytes expected, the section ends at 0x114/,
  );
  t.is(
    refusal(changed(56, 19)),
    "handoff block, offset 0x38: section 2 has 19 bytes, no multiple of its entries' 20",
  );
  t.is(refusal(changed(260, 4)), 'handoff block, offset 0x104: 4 is no end of an E820 loop');
});

test('no single damaged byte goes unnoticed', (t) => {
  const good = block(LEAST);
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bytes = good.slice();
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      return refusal(bytes) !== 'accepted';
    }),
  );
  t.is(refusal(good), 'accepted');
});

test('whatever the bytes, the parser answers with an InputError or a result', (t) => {
  const good = block([...LEAST, { kind: 6, bytes: words(0x20046, 1, 1, 1, ...Array<number>(40).fill(7)) }]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length / 4 - 1), fc.nat(0xffffffff)), { maxLength: 4 }),
      (edits) => {
        const bytes = good.slice();
        const view = new DataView(bytes.buffer);
        for (const [word, value] of edits)
          view.setUint32(4 * word, value % 4 === 0 ? value % 1024 : value, true);
        refusal(sealed(bytes)); // anything else than an InputError 'guest' is thrown on
        return true;
      },
    ),
    { numRuns: 500 },
  );
  t.pass();
});
