// Changes to the bytes of v86.wasm (0.5.462, pinned), each with the exact number of places that it must find: another build
// of v86 fails here and not later.
import { concatBytes } from '../lib/bytes.ts';
import { Bug } from '../lib/bug.ts';
import { uleb } from '../lib/wasm.ts';

/** Where in an instance's memory the patched CPUID looks for EBX of leaf 1: nothing of v86's own lies there. */
export const CPUID_EBX_AT = 8;
/** EBX of CPUID leaf 1 without the APIC ID in its top byte: one logical processor, cache lines of 64 bytes. */
export const CPUID_EBX = 0x10800;

/** i32.const 0x10800. */
const CONST_CPUID_EBX = [0x41, 0x80, 0x90, 0x04];
/** i32.const 0xfee00000, i32.eq: an access's page compared with the built-in local APIC's; then the page behind it. */
const IS_APIC_PAGE = [0x41, 0x80, 0x80, 0x80, 0x77, 0x46];
const IS_NEXT_PAGE = [0x41, 0x80, 0xa0, 0x80, 0x77, 0x46];
const APIC_PAGE_COMPARES = 163;
/** i32.const 200000, i32.lt_u: instructions that a page of code must have run before it is compiled; then 4000. */
const IS_COLD = [0x41, 0xc0, 0x9a, 0x0c, 0x49];
const IS_COLD_SOONER = [0x41, 0xa0, 0x9f, 0x00, 0x49];

const SECTION_CODE = 10;

/**
 * v86.wasm for one CPU of several: CPUID reports the APIC ID that stands at CPUID_EBX_AT, accesses to 0xfee00000 reach the
 * memory imports (the built-in local APIC moves up a page), and code is compiled after a fiftieth of the instructions.
 * @throws Bug where this is not the v86 that the patches were made for
 */
export function patchV86(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(wasm);
  overwrite(bytes, IS_APIC_PAGE, IS_NEXT_PAGE, APIC_PAGE_COMPARES);
  overwrite(bytes, IS_COLD, IS_COLD_SOONER, 1);
  const [at = 0] = find(bytes, CONST_CPUID_EBX, 1);
  // i32.const 0; i32.load offset=CPUID_EBX_AT
  return replaceInCode(bytes, at, CONST_CPUID_EBX.length, [0x41, 0, 0x28, 2, ...uleb(CPUID_EBX_AT)]);
}

/** Where `pattern` stands. @throws Bug unless it does so `times` times */
export function find(bytes: Uint8Array, pattern: readonly number[], times: number): number[] {
  const hits: number[] = [];
  const [first = 0] = pattern;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1))
    if (pattern.every((byte, i) => bytes[at + i] === byte)) hits.push(at);
  if (hits.length !== times) {
    const hex = pattern.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new Bug(
      `v86.wasm has ${hits.length} places with ${hex}, not ${times}: not the version it was pinned to`,
    );
  }
  return hits;
}

function overwrite(bytes: Uint8Array, from: readonly number[], to: readonly number[], times: number): void {
  for (const at of find(bytes, from, times)) bytes.set(to, at);
}

/** Replaces bytes of one function's body, with the sizes of that body and of the code section. */
function replaceInCode(
  wasm: Uint8Array,
  at: number,
  length: number,
  replacement: readonly number[],
): Uint8Array<ArrayBuffer> {
  const grows = replacement.length - length;
  const section = sectionOf(wasm, SECTION_CODE);
  const count = readUleb(wasm, section.start);
  let next = count.end;
  for (let i = 0; i < count.value; i += 1) {
    const size = readUleb(wasm, next);
    const end = size.end + size.value;
    if (at >= size.end && at < end) {
      const sizeField = uleb(size.value + grows);
      const sectionGrows = grows + sizeField.length - (size.end - next);
      return concatBytes([
        wasm.subarray(0, section.sizeAt),
        uleb(section.end - section.start + sectionGrows),
        wasm.subarray(section.start, next),
        sizeField,
        wasm.subarray(size.end, at),
        replacement,
        wasm.subarray(at + length),
      ]);
    }
    next = end;
  }
  throw new Bug(`offset ${at} of v86.wasm is in no function`);
}

function sectionOf(wasm: Uint8Array, id: number): { sizeAt: number; start: number; end: number } {
  for (let at = 8; at < wasm.length;) {
    const size = readUleb(wasm, at + 1);
    const end = size.end + size.value;
    if (wasm[at] === id) return { sizeAt: at + 1, start: size.end, end };
    at = end;
  }
  throw new Bug(`v86.wasm has no section ${id}`);
}

function readUleb(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    at += 1;
    if ((byte & 0x80) === 0) return { value, end: at };
  }
}
