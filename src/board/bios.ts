// The payload under the user's own BIOS (SeaBIOS): a whole PC boots it from a floppy, with the same result as runBoard.
// The BIOS sets up the emulated PC; then the floppy's code puts the described map in front of INT 15h, and the board takes the
// BIOS out of memory below 1 MiB and puts the described tables there.
import { InputError } from '../lib/input-error.ts';
import { hex, KiB } from '../lib/units.ts';
import { BlobWindow, checkBlobs, largestGap, placeInRam } from './blobs.ts';
import type { Blob } from './blobs.ts';
import { BUFFER_LEAST, guestError, MAX_MS, readHandoff } from './board.ts';
import type { BoardOptions, BoardResult } from './board.ts';
import type { BoardConfig } from './config.ts';
import { Pc } from './pc.ts';
import { BoardDevices } from './devices.ts';
import { boardFiles } from './files.ts';
import { FW_CFG_DATA, FW_CFG_DMA_LOW, FW_CFG_SELECTOR, FwCfg } from './fw-cfg.ts';
import * as layout from './layout.ts';

const FLOPPY_BYTES = 1440 * KiB;
const PORTS = [
  FW_CFG_SELECTOR,
  FW_CFG_DATA,
  FW_CFG_DMA_LOW,
  layout.PORT_DEBUG,
  layout.PORT_POST,
  layout.PORT_SIGNAL,
];
/** A BIOS fills the end of the first MiB, in whole 64 KiB. */
const BIOS_UNIT = 64 * KiB;
const BIOS_MOST = 256 * KiB;

export interface BiosOptions extends BoardOptions {
  readonly images: BoardOptions['images'] & { readonly floppy: Uint8Array };
}

/**
 * Boots the payload from a floppy image under `bios`.
 * @throws InputError 'file' where `bios` cannot be one, else as runBoard.
 */
export async function runBoardWithBios(
  config: BoardConfig,
  bios: Uint8Array,
  options: BiosOptions,
): Promise<BoardResult> {
  if (bios.length === 0 || bios.length % BIOS_UNIT !== 0 || bios.length > BIOS_MOST) {
    throw new InputError(
      'file',
      `the BIOS has ${bios.length} bytes; expected 64, 128 or 256 KiB, as SeaBIOS' bios.bin`,
    );
  }
  const started = options.now();
  const blobs = checkBlobs(config.blobs);
  const gap = largestGap(blobs, 0x100000, layout.RAM_BYTES, BUFFER_LEAST);
  const guest = new Guest(config, blobs, gap);
  const floppy = new Uint8Array(FLOPPY_BYTES);
  floppy.set(options.images.floppy);
  const { devices } = guest;
  const pc = await Pc.create(options.images.v86, {
    memoryBytes: layout.RAM_BYTES,
    bios,
    floppy,
    ports: devices,
    portNumbers: PORTS,
    outside: new BlobWindow(blobs),
    windows: blobs
      .map((blob): [number, number] => [
        Math.max(blob.address, layout.RAM_BYTES),
        blob.address + blob.bytes.length,
      ])
      .filter(([start, end]) => start < end),
    serial: (byte) => devices.serial.put(byte),
    fault: (fault) => guest.fail(guestError(devices, `faulted (${fault.message.split('\n', 2).join(' ')})`)),
  });
  guest.pc = pc;
  const maxMs = options.maxMs ?? MAX_MS;
  const watchdog = setTimeout(
    () => guest.fail(guestError(devices, `gave no signal within ${maxMs} ms under this BIOS`)),
    maxMs,
  );
  try {
    await pc.run();
    await guest.done;
    return {
      handoff: readHandoff(pc.ram, devices),
      serial: devices.serial.text(),
      debugcon: devices.debugcon.text(),
      instructions: pc.instructions,
      wallMs: options.now() - started,
    };
  } finally {
    clearTimeout(watchdog);
    await pc.destroy();
  }
}

/** The devices of a PC under construction, and what it does when the guest writes to them. */
class Guest {
  pc: Pc | undefined;
  readonly devices: BoardDevices;
  readonly done: Promise<void>;
  readonly fail: (error: Error) => void;

  constructor(
    config: BoardConfig,
    blobs: readonly Blob[],
    gap: { readonly address: number; readonly bytes: number },
  ) {
    const fwCfg = new FwCfg(
      boardFiles(config, gap),
      () => this.#running().ram,
      (address, bytes) => this.#running().forgetCode(address, bytes),
    );
    let resolve = () => {};
    let reject: (error: Error) => void = () => {};
    this.done = new Promise<void>((onDone, onError) => {
      resolve = onDone;
      reject = onError;
    });
    this.done.catch(() => {}); // it may be refused before anyone waits for it
    this.fail = reject;
    this.devices = new BoardDevices(fwCfg, (port, value) => {
      if (port === layout.PORT_POST && value === layout.POST_MACHINE) this.#showMachine(blobs);
      if (port !== layout.PORT_SIGNAL) return;
      if (value === layout.SIGNAL_DONE) resolve();
      else reject(guestError(this.devices, `gave up (signal ${hex(value)})`));
    });
  }

  /** Memory below 1 MiB becomes the described machine's: the BIOS is no longer needed there. */
  #showMachine(blobs: readonly Blob[]): void {
    const pc = this.#running();
    for (const [from, to] of layout.MACHINE_LOW_MEMORY) pc.writeRam(from, new Uint8Array(to - from));
    placeInRam(blobs, (address, bytes) => pc.writeRam(address, bytes));
  }

  #running(): Pc {
    if (this.pc === undefined) throw new InputError('guest', 'the guest ran before it was complete');
    return this.pc;
  }
}
