// What the loader needs to know of a bzImage: its header (Documentation/arch/x86/boot.rst, offsets in the file).
import { InputError } from '../lib/input-error.ts';
import { hex } from '../lib/units.ts';

/** A kernel image by its header. */
export interface BzImage {
  readonly bytes: Uint8Array;
  /** What `uname -r` will say, `6.1.0-56-amd64`; the rest of the version string behind it. */
  readonly release: string;
  readonly versionText: string;
  /** The image has a 64-bit entry point. */
  readonly is64: boolean;
  /** Where it wants to be loaded, and how many bytes it needs from there on. */
  readonly prefAddress: number;
  readonly initSize: number;
  /** Bytes of command line that it takes, without the zero. */
  readonly cmdlineMax: number;
}

const SECTOR = 512;
const HEADER_BYTES = 0x268;
const SETUP_SECTS = 0x1f1;
const SYSSIZE = 0x1f4;
const MAGIC = 0x202;
const VERSION = 0x206;
const KERNEL_VERSION = 0x20e;
const XLOADFLAGS = 0x236;
const CMDLINE_SIZE = 0x238;
const PREF_ADDRESS = 0x258;
const INIT_SIZE = 0x260;
/** "HdrS". */
const HDRS = 0x53726448;
const XLF_KERNEL_64 = 1;
/** 2.12 has xloadflags; every kernel from 3.8 on. */
const LEAST_VERSION = 0x20c;
const DEFAULT_SETUP_SECTS = 4;
const VERSION_TEXT_MAX = 256;

/**
 * The header of `bytes`.
 * @throws InputError 'file' where that is no bzImage, an older one than protocol 2.12, or one that is cut off
 */
export function readBzImage(bytes: Uint8Array, path: string): BzImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(MAGIC, true) !== HDRS)
    throw new InputError('file', `${path}: expected a bzImage (vmlinuz) of Linux for x86`);
  const version = view.getUint16(VERSION, true);
  if (version < LEAST_VERSION)
    throw new InputError(
      'file',
      `${path}: boot protocol ${version >> 8}.${version & 0xff}: expected 2.12 or later, as from Linux 3.8 on`,
    );
  const setupBytes = ((view.getUint8(SETUP_SECTS) || DEFAULT_SETUP_SECTS) + 1) * SECTOR;
  const whole = setupBytes + view.getUint32(SYSSIZE, true) * 16;
  if (bytes.length < whole)
    throw new InputError('file', `${path}: cut off: ${bytes.length} bytes, its header says ${whole}`);
  const versionText = textAt(bytes, view.getUint16(KERNEL_VERSION, true) + SECTOR);
  return {
    bytes,
    release: versionText.split(' ', 1)[0] ?? '',
    versionText,
    is64: (view.getUint16(XLOADFLAGS, true) & XLF_KERNEL_64) !== 0,
    prefAddress: Number(view.getBigUint64(PREF_ADDRESS, true)),
    initSize: Math.max(view.getUint32(INIT_SIZE, true), bytes.length - setupBytes),
    cmdlineMax: view.getUint32(CMDLINE_SIZE, true),
  };
}

function textAt(bytes: Uint8Array, start: number): string {
  const end = bytes.indexOf(0, start);
  return new TextDecoder('latin1').decode(bytes.subarray(start, Math.min(end, start + VERSION_TEXT_MAX)));
}

/** @throws InputError 'file' where the image has no 64-bit entry point */
export function need64(image: BzImage, path: string): BzImage {
  if (image.is64) return image;
  throw new InputError(
    'file',
    `${path}: a 32-bit kernel (${image.release}): judge compares with the model of x86-64, expected an amd64 image`,
  );
}

/** `0x1000000-0x310ffff`: where the image lies from `at` on. */
export function imageRangeText(image: BzImage, at: number = image.prefAddress): string {
  return `${hex(at)}-${hex(at + image.initSize - 1)}`;
}
