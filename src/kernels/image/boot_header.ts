// The boot header of a bzImage (Documentation/arch/x86/boot.rst, protocol 2.10 and later): sizes, and where the compressed kernel is.
import { badImage, Bytes } from './bytes.ts';

const SETUP_SECTS = 0x1f1;
const SYSSIZE = 0x1f4;
const BOOT_FLAG = 0x1fe;
const HEADER_MAGIC = 0x202;
const PROTOCOL = 0x206;
const KERNEL_VERSION = 0x20e;
const KERNEL_ALIGNMENT = 0x230;
const XLOADFLAGS = 0x236;
const CMDLINE_SIZE = 0x238;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const PREF_ADDRESS = 0x258;
const INIT_SIZE = 0x260;
const HEADER_END = 0x264;

const SECTOR = 512;
/** 2.10 brought pref_address and init_size. */
const OLDEST_PROTOCOL = 0x20a;
/** 2.12 brought xloadflags; every kernel from 3.8 on. */
const XLOADFLAGS_PROTOCOL = 0x20c;
/** xloadflags: the kernel has a 64-bit entry point. */
const XLF_KERNEL_64 = 1;
/** The protected-mode part is counted in these. */
const PARAGRAPH = 16;

/** What the header says. Sizes in bytes. */
export interface BootHeader {
  /** Boot protocol, major in the high byte. */
  readonly protocol: number;
  /** `6.1.0-56-amd64 (debian-kernel@lists.debian.org) #1 SMP …`; empty where there is none. */
  readonly version: string;
  /** The kernel has a 64-bit entry point; null before protocol 2.12, which does not say. */
  readonly is64: boolean | null;
  /** Memory that the kernel needs from where it is loaded on. */
  readonly initSize: number;
  readonly kernelAlignment: number;
  /** Where the kernel wants to be loaded. */
  readonly prefAddress: number;
  /** Bytes of command line that it takes, without the zero. */
  readonly cmdlineMax: number;
  /** Setup code, with the boot sector before it. */
  readonly setupBytes: number;
  /** The file's size: setup code and the protected-mode part. What is signed is longer. */
  readonly fileBytes: number;
  /** The compressed kernel, from the file's begin on. */
  readonly payloadAt: number;
  readonly payloadBytes: number;
}

/** A kernel that can be read. */
export interface PayloadHeader extends BootHeader {
  /** The compressed kernel, its uncompressed size behind it for most compressors. */
  readonly payload: Bytes;
}

/** True where `data` begins as a bzImage does. */
export function isBzImage(data: Uint8Array): boolean {
  if (data.length < HEADER_END) return false;
  const bytes = new Bytes(data, 'boot header');
  return bytes.u16(BOOT_FLAG) === 0xaa55 && bytes.u32(HEADER_MAGIC) === 0x53726448;
}

/** True where `data` begins as something that can be read: a bzImage, or an ELF file. */
export function isImage(data: Uint8Array): boolean {
  return isBzImage(data) || (data.length > 64 && data[0] === 0x7f && data[1] === 0x45 && data[2] === 0x4c);
}

/**
 * Reads the header of a bzImage, whatever kernel it is of.
 * @throws InputError 'image' where the protocol is too old
 */
export function bootHeader(data: Uint8Array): BootHeader {
  const bytes = new Bytes(data, 'boot header');
  const protocol = bytes.u16(PROTOCOL);
  if (protocol < OLDEST_PROTOCOL)
    throw badImage(`boot header: protocol ${protocolText(protocol)}: expected 2.10 or later`);
  // 0 means 4, for compatibility with the oldest kernels
  const setupBytes = ((bytes.u8(SETUP_SECTS) || 4) + 1) * SECTOR;
  const versionAt = bytes.u16(KERNEL_VERSION);
  return {
    protocol,
    version: versionAt === 0 ? '' : bytes.text(versionAt + SECTOR, 256),
    is64: protocol < XLOADFLAGS_PROTOCOL ? null : (bytes.u16(XLOADFLAGS) & XLF_KERNEL_64) !== 0,
    initSize: bytes.u32(INIT_SIZE),
    kernelAlignment: bytes.u32(KERNEL_ALIGNMENT),
    prefAddress: bytes.size(PREF_ADDRESS),
    cmdlineMax: bytes.u32(CMDLINE_SIZE),
    setupBytes,
    fileBytes: setupBytes + bytes.u32(SYSSIZE) * PARAGRAPH,
    payloadAt: setupBytes + bytes.u32(PAYLOAD_OFFSET),
    payloadBytes: bytes.u32(PAYLOAD_LENGTH),
  };
}

/** `2.15` */
export function protocolText(protocol: number): string {
  return `${protocol >> 8}.${String(protocol & 0xff).padStart(2, '0')}`;
}

/**
 * Reads the header of a bzImage, and finds the kernel in it.
 * @throws InputError 'image' where the protocol is too old, or the payload is not all there
 */
export function payloadHeader(data: Uint8Array): PayloadHeader {
  const header = bootHeader(data);
  const { payloadAt: offset, payloadBytes: length } = header;
  if (length === 0 || offset + length > data.length)
    throw badImage(
      `boot header: payload of ${length} bytes at ${offset}: expected it inside the file's ${data.length} bytes`,
    );
  return { ...header, payload: new Bytes(data, 'boot header').part(offset, length, 'payload') };
}
