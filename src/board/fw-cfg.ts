// QEMU's fw_cfg device as the firmware sees it: selector, data port, file directory, DMA (docs/specs/fw_cfg.rst of QEMU).

export const FW_CFG_SELECTOR = 0x510;
export const FW_CFG_DATA = 0x511;
/** Low half of the DMA address register; the high half, 4 bytes before, stays 0. */
export const FW_CFG_DMA_LOW = 0x518;

const KEY_SIGNATURE = 0;
const KEY_ID = 1;
const KEY_FILE_DIR = 0x19;
const KEY_FILE_FIRST = 0x20;
/** ID: the traditional interface, and DMA. */
const ID_FEATURES = 3;
const DIRECTORY_ENTRY_BYTES = 64;
const NAME_BYTES = 56;
const DMA_ERROR = 1;
const DMA_READ = 2;
const DMA_SKIP = 4;
const DMA_SELECT = 8;
const DMA_WRITE = 16;

/** One fw_cfg file; names are at most 55 characters. */
export interface FwCfgFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The device. `ram` gives the guest's memory for DMA, `written` is told what DMA changed there. */
export class FwCfg {
  readonly #items = new Map<number, Uint8Array>();
  readonly #ram: () => Uint8Array;
  readonly #written: (address: number, bytes: number) => void;
  #current: Uint8Array = new Uint8Array();
  #offset = 0;

  constructor(
    files: readonly FwCfgFile[],
    ram: () => Uint8Array,
    written: (address: number, bytes: number) => void,
  ) {
    this.#ram = ram;
    this.#written = written;
    this.#items.set(KEY_SIGNATURE, new TextEncoder().encode('QEMU'));
    this.#items.set(KEY_ID, Uint8Array.of(ID_FEATURES, 0, 0, 0));
    this.#items.set(KEY_FILE_DIR, directory(files));
    for (const [i, file] of files.entries()) this.#items.set(KEY_FILE_FIRST + i, file.bytes);
  }

  /** A write to the selector. An unknown key reads as zeros. */
  select(key: number): void {
    this.#current = this.#items.get(key) ?? new Uint8Array();
    this.#offset = 0;
  }

  /** A read of the data port: the next byte of the item, 0 past its end. */
  readData(): number {
    return this.#current[this.#offset++] ?? 0;
  }

  /** A write to the DMA register's low half, big-endian as on the wire: runs the operation that stands at that address. */
  dma(bigEndianAddress: number): void {
    const ram = this.#ram();
    const at = swap32(bigEndianAddress);
    if (at + 16 > ram.length) return;
    const op = new DataView(ram.buffer, ram.byteOffset + at, 16);
    const control = op.getUint32(0);
    const length = op.getUint32(4);
    const address = op.getUint32(8) * 2 ** 32 + op.getUint32(12);
    if ((control & DMA_SELECT) !== 0) this.select(control >>> 16);
    let failed = (control & DMA_WRITE) !== 0;
    if ((control & DMA_READ) !== 0) {
      if (address + length <= ram.length) this.#copy(ram, address, length);
      else failed = true;
    } else if ((control & DMA_SKIP) !== 0) {
      this.#offset += length;
    }
    op.setUint32(0, failed ? DMA_ERROR : 0);
  }

  #copy(ram: Uint8Array, address: number, length: number): void {
    const rest = this.#current.subarray(this.#offset, this.#offset + length);
    ram.set(rest, address);
    ram.fill(0, address + rest.length, address + length);
    this.#offset += length;
    this.#written(address, length);
  }
}

function directory(files: readonly FwCfgFile[]): Uint8Array {
  const bytes = new Uint8Array(4 + DIRECTORY_ENTRY_BYTES * files.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, files.length);
  for (const [i, file] of files.entries()) {
    const at = 4 + DIRECTORY_ENTRY_BYTES * i;
    const name = new TextEncoder().encode(file.name);
    if (name.length >= NAME_BYTES) throw new RangeError(`fw_cfg file name too long: ${file.name}`);
    view.setUint32(at, file.bytes.length);
    view.setUint16(at + 4, KEY_FILE_FIRST + i);
    bytes.set(name, at + 8);
  }
  return bytes;
}

function swap32(value: number): number {
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}
