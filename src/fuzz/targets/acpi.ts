// Firmware tables as they stand in memory. A case is a line for each blob, `ADDRESS HEX`, on a machine with two nodes whose
// own tables it replaces: RSDP, root, MADT, SRAT, SLIT and the rest, with right and wrong checksums, lengths and pointers.
import { acpiBlobs } from '../../machine/acpi-build/build.ts';
import { fixChecksum } from '../../machine/acpi-build/bytes.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import { InputError } from '../../lib/input-error.ts';
import { toBoardConfig } from '../../machine/spec/to-board.ts';
import { parseHandoff } from '../../arch/x86/boot/handoff.ts';
import { runBoardOnNode } from '../../board/node.ts';
import { bootFound, early, smallMachines } from '../boot.ts';
import { mutateBytes } from '../make/bytes.ts';
import type { Dice } from '../../lib/dice.ts';
import { EXTREME_NUMBERS } from '../make/values.ts';
import type { CreateTarget } from '../target.ts';

interface Blob {
  readonly address: number;
  readonly bytes: Uint8Array;
}

const LINE = /^(0x[0-9a-f]{1,13}) ((?:[0-9a-f]{2})+)$/;
const DEEP_EVERY = 10;
const MOST_BLOBS = 300;
const HEADER = 36;

export const create: CreateTarget = async (corpus) => {
  const machines = await smallMachines();
  const bases = [...machines.values()].map((spec) =>
    acpiBlobs(spec).map(({ address, bytes }) => ({ address, bytes })),
  );
  const two = machines.get('two');
  if (!two) throw new Error('no machine with two nodes');
  return {
    deepEvery: DEEP_EVERY,
    generate: (dice) => {
      if (corpus.length > 0 && dice.oneIn(10)) return mutateBytes(dice.pick(corpus), dice);
      const text = new TextEncoder().encode(textOf(mutateBlobs(dice.pick(bases), dice)));
      return dice.oneIn(20) ? mutateBytes(text, dice) : text;
    },
    run: async (bytes, deep) => {
      const blobs = blobsOf(new TextDecoder().decode(bytes));
      const spec: MachineSpec = { ...two, acpi: null };
      const config = toBoardConfig(spec);
      const rsdp = blobs.find(({ bytes: b }) => String.fromCharCode(...b.subarray(0, 8)) === 'RSD PTR ');
      const outside = rsdp !== undefined && rsdp.address >= 0x100000;
      const { handoff } = await runBoardOnNode({
        ...config,
        blobs: blobs.map((blob) => ({ ...blob, what: 'a blob of the case' })),
        rsdpAddr: outside ? rsdp.address : null,
      });
      const params = parseHandoff(handoff);
      await (deep ? bootFound(spec, params) : early(spec, params, null));
    },
  };
};

/** @throws InputError where a line is none of a case */
function blobsOf(text: string): Blob[] {
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length > MOST_BLOBS)
    throw new InputError('syntax', `case: ${lines.length} blobs: expected ${MOST_BLOBS}`);
  return lines.map((line, i) => {
    const [, address = '', hex = ''] = LINE.exec(line) ?? [];
    if (hex === '') throw new InputError('syntax', `case:${i + 1}: expected ADDRESS HEX`);
    return { address: Number(address), bytes: new Uint8Array(Buffer.from(hex, 'hex')) };
  });
}

function textOf(blobs: readonly Blob[]): string {
  return blobs
    .map(({ address, bytes }) => `0x${address.toString(16)} ${Buffer.from(bytes).toString('hex')}\n`)
    .join('');
}

function mutateBlobs(base: readonly Blob[], dice: Dice): Blob[] {
  const blobs: Blob[] = base.map(({ address, bytes }) => ({ address, bytes: bytes.slice() }));
  for (let left = dice.between(1, 4); left > 0; left--) {
    const at = dice.below(blobs.length);
    const blob = blobs[at];
    if (!blob) continue;
    const kind = dice.below(12);
    if (kind === 0) blobs.splice(at, 1);
    else if (kind === 1) blobs[at] = { ...blob, address: Math.abs(Math.floor(dice.pick(EXTREME_NUMBERS))) };
    else if (kind === 2)
      blobs.push({ address: blob.address + dice.pick([4096, 16, -16, 1]), bytes: blob.bytes.slice() });
    else blobs[at] = { ...blob, bytes: mutateTable(blob.bytes, dice) };
  }
  return blobs.filter((blob) => blob.address >= 0 && blob.bytes.length > 0);
}

/** A table with other fields, subtables doubled or cut, and a checksum that is right three times out of four. */
function mutateTable(bytes: Uint8Array, dice: Dice): Uint8Array<ArrayBufferLike> {
  const signature = String.fromCharCode(...bytes.subarray(0, 4));
  const view = (b: Uint8Array): DataView => new DataView(b.buffer, b.byteOffset, b.byteLength);
  let result = bytes.slice();
  for (let left = dice.between(1, 4); left > 0; left--) {
    const at = dice.below(result.length);
    const value = Math.abs(Math.floor(dice.pick(EXTREME_NUMBERS)));
    const kind = dice.below(6);
    if (kind === 0 && at + 4 <= result.length) view(result).setUint32(at, value >>> 0, true);
    else if (kind === 1 && at + 8 <= result.length)
      view(result).setBigUint64(at, BigInt.asUintN(64, BigInt(value) - BigInt(dice.below(2))), true);
    else if (kind === 2 && result.length >= 8)
      view(result).setUint32(
        4,
        dice.pick([
          0,
          8,
          35,
          36,
          37,
          44,
          result.length - 1,
          result.length + 1,
          2 ** 20,
          2 ** 31,
          2 ** 32 - 1,
        ]),
        true,
      );
    else if (kind === 3) result = grown(result, dice);
    else result[at] = dice.pick([0, 1, 2, 0x7f, 0x80, 0xff, dice.below(256)]);
  }
  if (dice.oneIn(4)) return result;
  if (signature === 'RSD ') {
    fixChecksum(result, 8, 20);
    if (result.length >= HEADER) fixChecksum(result, 32);
  } else if (result.length >= HEADER) fixChecksum(result, 9);
  return result;
}

/** A run of bytes behind the header again and again, as entries of a MADT or SRAT are; the length says so most of the time. */
function grown(bytes: Uint8Array, dice: Dice): Uint8Array<ArrayBuffer> {
  const start = Math.min(bytes.length, dice.pick([HEADER, 44, 48]));
  const entry = bytes.subarray(start, start + dice.pick([1, 2, 8, 12, 16, 24, 40]));
  const count = dice.oneIn(10) ? dice.between(100, 3000) : dice.between(1, 5);
  const result = new Uint8Array(Buffer.concat([bytes, ...Array<Uint8Array>(count).fill(entry)]));
  if (!dice.oneIn(3) && result.length >= 8) new DataView(result.buffer).setUint32(4, result.length, true);
  return result;
}
