// A real 32-bit Linux on v86: the described machine's map and tables, our loader, an initrd, and its console.
import { BoardDevices } from '../board/devices.ts';
import { FW_CFG_DATA, FW_CFG_DMA_LOW, FW_CFG_SELECTOR, FwCfg } from '../board/fw-cfg.ts';
import { PORT_SIGNAL, SIGNAL_DONE, SIGNAL_GAVE_UP } from '../board/layout.ts';
import { Pc } from '../board/pc.ts';
import { alignUp } from '../lib/align.ts';
import { Failure } from '../lib/failure.ts';
import { InputError } from '../lib/input-error.ts';
import { GiB, hex, MiB } from '../lib/units.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { toBoardConfig } from '../machine/spec/to-board.ts';
import { readBzImage, type BzImage } from './bzimage.ts';
import { parseGuestFiles, type GuestFiles } from './guest-files.ts';
import { loaderFiles } from './loader-files.ts';
import { Console, Ending, type EmulatedEnd } from './emulated-console.ts';
import { placesFor } from './place.ts';
import { V86_CPUID } from './qemu-cpus.ts';
import { smbiosBlobs } from './smbios.ts';

/** Bytes that the edges supply. */
export interface EmulatedImages {
  readonly v86: WebAssembly.Module;
  /** images/linux.bin. */
  readonly loader: Uint8Array;
}

export interface EmulatedOptions {
  readonly image: BzImage;
  readonly initrd: Uint8Array;
  readonly cmdline: string;
  readonly deadlineMs: number;
  /** Each piece of text on COM1. */
  readonly onText: (text: string) => void;
  /** Hands over how to type on COM1, once that can be done. */
  readonly onReady?: ((type: (text: string) => void) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EmulatedRun {
  readonly end: EmulatedEnd;
  /** All of COM1. */
  readonly console: string;
  /** What our init printed on COM2; empty with another initrd. */
  readonly guestFiles: GuestFiles;
}

/** v86's memory is one piece of a WebAssembly memory. */
const RAM_MAX = GiB;
const TYPE_RAM = 1;
const PORTS = [FW_CFG_SELECTOR, FW_CFG_DATA, FW_CFG_DMA_LOW, PORT_SIGNAL];
/** A kernel that panicked says a little more. */
const PANIC_REST_MS = 500;

/**
 * A kernel image for v86, whose CPU has 32 bits.
 * @throws InputError 'file' where it is none
 */
export function readBzImage32(bytes: Uint8Array, path: string): BzImage {
  const image = readBzImage(bytes, path);
  if (!image.is64) return image;
  throw new InputError(
    'file',
    `${path}: a 64-bit kernel (${image.release}): v86's CPU has 32 bits, expected an i386 image, such as Debian's 686`,
  );
}

/**
 * Boots until init signals, the kernel panics, or the deadline.
 * @throws InputError where the machine does not fit v86 or the kernel the machine, Failure where v86 faults
 */
export async function bootEmulated(
  spec: MachineSpec,
  images: EmulatedImages,
  options: EmulatedOptions,
): Promise<EmulatedRun> {
  const { image, initrd, cmdline } = options;
  const { config, ranges, tables, places } = layOut(spec, image, initrd.length, cmdline);
  const files = loaderFiles(config, { places, kernel: image.bytes, initrd, tables });
  const ended = new Ending();
  const lines = new Console(options.onText, () => setTimeout(() => ended.resolve('panic'), PANIC_REST_MS));
  const second: number[] = [];
  const fwCfg = new FwCfg(
    files,
    () => pc.ram,
    (address, bytes) => pc.forgetCode(address, bytes),
  );
  const devices = new BoardDevices(fwCfg, (port, value) => {
    if (port !== PORT_SIGNAL) return;
    if (value === SIGNAL_DONE) ended.resolve('init');
    if (value === SIGNAL_GAVE_UP)
      ended.reject(new InputError('guest', `the loader gave up: ${lines.text.trimEnd().split('\n').at(-1)}`));
  });
  const pc: Pc = await Pc.create(images.v86, {
    memoryBytes: ramBytes(spec, ranges),
    bios: images.loader,
    acpi: spec.acpi !== null,
    ports: devices,
    portNumbers: PORTS,
    outside: { read8: () => 0xff, read32: () => -1, write8: () => {} },
    windows: [],
    serial: (byte) => lines.put(byte),
    serial2: (byte) => void second.push(byte),
    fault: (fault) => ended.reject(new Failure(`v86 faulted: ${fault.message.split('\n', 1)[0]}`)),
  });
  const deadline = setTimeout(() => ended.resolve('deadline'), options.deadlineMs);
  const abort = (): void => ended.reject(options.signal?.reason);
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    options.signal?.throwIfAborted();
    options.onReady?.((text) => pc.type(text));
    await pc.run();
    const end = await ended.promise;
    const text = new TextDecoder('latin1').decode(Uint8Array.from(second));
    return { end, console: lines.text, guestFiles: parseGuestFiles(text) };
  } finally {
    clearTimeout(deadline);
    options.signal?.removeEventListener('abort', abort);
    await pc.destroy();
  }
}

/** Where everything is. */
function layOut(spec: MachineSpec, image: BzImage, initrdBytes: number, cmdline: string) {
  const config = toBoardConfig(spec, { cmdline });
  const ranges = config.blobs.map((b) => ({ start: b.address, end: b.address + b.bytes.length }));
  const tables = spec.dmi === null ? [] : smbiosBlobs(spec.dmi, ranges);
  return { config, ranges, tables, places: placesFor(spec, image, initrdBytes, ranges) };
}

/**
 * The machine as the kernel under v86 sees it, for the model: v86's CPU, the initrd where it is put, the command line.
 * @throws InputError as bootEmulated does
 */
export function emulatedSpec(
  spec: MachineSpec,
  image: BzImage,
  initrdBytes: number,
  cmdline: string,
): MachineSpec {
  const { places, ranges } = layOut(spec, image, initrdBytes, cmdline);
  ramBytes(spec, ranges);
  return { ...spec, cpuid: V86_CPUID, cmdline, initrd: { image: places.initrd, size: initrdBytes } };
}

/** RAM to the end of usable memory and of the tables, in whole MiB. */
function ramBytes(spec: MachineSpec, tables: readonly { readonly end: number }[]): number {
  const ends = spec.map
    .filter((entry) => entry.type === TYPE_RAM && entry.size > 0n)
    .map((entry) => Number(entry.addr + entry.size));
  const end = alignUp(Math.max(...ends, ...tables.map((table) => table.end)), MiB);
  if (end <= RAM_MAX) return end;
  throw new InputError(
    'map',
    `${spec.origin.path}: usable memory or a table up to ${hex(end)}: expected an end up to ${hex(RAM_MAX)} for v86`,
  );
}
