// The handoff block as bytes: header, directory, checksum (docs/handoff.md). handoff.ts reads what is in the sections.
import { InputError } from '../../../lib/input-error.ts';
import { hex } from '../../../lib/units.ts';

const MAGIC = 'EARLYBT\0';
export const HANDOFF_VERSION = 1;
const DIRECTORY_AT = 32;
const DIRECTORY_SLOTS = 14;
const SLOT_BYTES = 16;
const HEADER_BYTES = DIRECTORY_AT + DIRECTORY_SLOTS * SLOT_BYTES;

/** SECTION_* of firmware/handoff.inc. */
export const SECTION = {
  info: 1,
  e820: 2,
  cpuid: 3,
  cmdline: 4,
  ramdisk: 5,
  efi: 6,
  dmi: 7,
  mp: 8,
  rsdp: 9,
  tables: 10,
  problems: 11,
  log: 12,
  platform: 13,
} as const;
export type SectionName = keyof typeof SECTION;

/** A violated rule of the block, with the offset of the offending field. */
export function handoffError(offset: number, what: string): InputError {
  return new InputError('guest', `handoff block, offset ${hex(offset)}: ${what}`);
}

/** Little-endian fields of a part of the block; every access is checked against its bounds. */
export class Fields {
  readonly bytes: Uint8Array;
  /** Where the part starts in the block, for errors. */
  readonly at: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u32(offset: number): number {
    return this.#checked(offset, 4).getUint32(offset, true);
  }

  u64(offset: number): bigint {
    return this.#checked(offset, 8).getBigUint64(offset, true);
  }

  /** A 64-bit field that is an address or size: must be exact as a number. */
  safe(offset: number): number {
    const value = this.u64(offset);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw handoffError(this.at + offset, `${hex(value)} is beyond 2^53`);
    }
    return Number(value);
  }

  /** A copy of a part's bytes. */
  copy(offset: number, length: number): Uint8Array {
    this.#checked(offset, length);
    return this.bytes.slice(offset, offset + length);
  }

  /** Bytes as characters, one each (firmware strings are ASCII at best). */
  chars(offset: number, length: number): string {
    return String.fromCharCode(...this.copy(offset, length));
  }

  text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  #checked(offset: number, length: number): DataView {
    if (offset + length > this.bytes.length) {
      throw handoffError(
        this.at + offset,
        `${length} bytes expected, the section ends at ${hex(this.at + this.bytes.length)}`,
      );
    }
    return this.#view;
  }
}

/** The sections of a checked block, and the block itself. */
export interface Block {
  readonly whole: Fields;
  readonly sections: ReadonlyMap<number, Fields>;
}

/**
 * Checks magic, version, length, checksum and the directory.
 * @throws InputError 'guest' naming the offset of the first field that breaks a rule.
 */
export function openBlock(bytes: Uint8Array): Block {
  if (bytes.length < HEADER_BYTES) {
    throw handoffError(0, `${bytes.length} bytes, expected at least ${HEADER_BYTES}`);
  }
  const whole = new Fields(bytes, 0);
  const magic = whole.chars(0, MAGIC.length);
  if (magic !== MAGIC) throw handoffError(0, `magic is ${JSON.stringify(magic)}, expected "EARLYBT"`);
  const version = whole.u32(8);
  if (version !== HANDOFF_VERSION)
    throw handoffError(8, `version ${version}, this parser reads ${HANDOFF_VERSION}`);
  const length = whole.u32(12);
  if (length !== bytes.length || length % 16 !== 0) {
    throw handoffError(
      12,
      `length ${length}, but ${bytes.length} bytes are there; expected a multiple of 16`,
    );
  }
  const sum = sumWords(whole);
  if (sum !== 0) throw handoffError(16, `the block's 32-bit words sum to ${hex(sum, 8)}, expected 0`);
  return { whole, sections: directory(whole) };
}

function sumWords(whole: Fields): number {
  let sum = 0;
  const view = new DataView(whole.bytes.buffer, whole.bytes.byteOffset, whole.bytes.byteLength);
  for (let at = 0; at < whole.bytes.length; at += 4) sum = (sum + view.getUint32(at, true)) >>> 0;
  return sum;
}

function directory(whole: Fields): Map<number, Fields> {
  const count = whole.u32(20);
  if (count > DIRECTORY_SLOTS) throw handoffError(20, `${count} sections, at most ${DIRECTORY_SLOTS} fit`);
  const sections = new Map<number, Fields>();
  for (let i = 0; i < count; i++) {
    const at = DIRECTORY_AT + i * SLOT_BYTES;
    const kind = whole.u32(at);
    const offset = whole.u32(at + 4);
    const length = whole.u32(at + 8);
    const entry = whole.u32(at + 12);
    if (offset % 16 !== 0 || offset < HEADER_BYTES || offset + length > whole.bytes.length) {
      throw handoffError(
        at + 4,
        `section ${kind} at ${hex(offset)}, ${length} bytes, lies outside the block`,
      );
    }
    if (entry !== 0 && length % entry !== 0) {
      throw handoffError(at + 8, `section ${kind} has ${length} bytes, no multiple of its entries' ${entry}`);
    }
    if (sections.has(kind)) throw handoffError(at, `section ${kind} appears twice`);
    sections.set(kind, new Fields(whole.bytes.subarray(offset, offset + length), offset));
  }
  return sections;
}
