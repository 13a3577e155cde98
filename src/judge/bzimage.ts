// What the loader needs to know of a bzImage.
import { bootHeader, isBzImage, protocolText, type BootHeader } from '../kernels/image/boot_header.ts';
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

/** 2.12 has xloadflags, which say whether it is a 64-bit kernel; every kernel from 3.8 on. */
const LEAST_PROTOCOL = 0x20c;

/**
 * The header of `bytes`.
 * @throws InputError 'file' where that is no bzImage, an older one than protocol 2.12, or one that is cut off
 */
export function readBzImage(bytes: Uint8Array, path: string): BzImage {
  if (!isBzImage(bytes))
    throw new InputError('file', `${path}: expected a bzImage (vmlinuz) of Linux for x86`);
  const header = headerOf(bytes, path);
  if (header.protocol < LEAST_PROTOCOL)
    throw new InputError(
      'file',
      `${path}: boot protocol ${protocolText(header.protocol)}: expected 2.12 or later, as from Linux 3.8 on`,
    );
  if (bytes.length < header.fileBytes)
    throw new InputError(
      'file',
      `${path}: cut off: ${bytes.length} bytes, its header says ${header.fileBytes}`,
    );
  return {
    bytes,
    release: header.version.split(' ', 1)[0] ?? '',
    versionText: header.version,
    is64: header.is64 === true,
    prefAddress: header.prefAddress,
    initSize: Math.max(header.initSize, bytes.length - header.setupBytes),
    cmdlineMax: header.cmdlineMax,
  };
}

function headerOf(bytes: Uint8Array, path: string): BootHeader {
  try {
    return bootHeader(bytes);
  } catch (error) {
    if (error instanceof InputError) throw new InputError('file', `${path}: ${error.message}`);
    throw error;
  }
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
