// The board's devices behind ports: serial line, debug console, diagnostic code, host signal, fw_cfg.
import type { PortSpace } from './core.ts';
import { FW_CFG_DATA, FW_CFG_DMA_LOW, FW_CFG_SELECTOR } from './fw-cfg.ts';
import type { FwCfg } from './fw-cfg.ts';
import * as layout from './layout.ts';

/** A port that nothing answers reads as all ones, as on a real bus. */
const OPEN_BUS = 0xff;

/** Text that a guest writes byte by byte. */
export class TextSink {
  #bytes = new Uint8Array(4096);
  #length = 0;

  put(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** Everything so far. */
  text(): string {
    return new TextDecoder().decode(this.#bytes.subarray(0, this.#length));
  }

  /** The last line that is not empty, '' where there is none. */
  lastLine(): string {
    return this.text().trimEnd().split(/\r?\n/).at(-1) ?? '';
  }
}

/** The devices; `signal` and `post` are the last values written to the ports of these names. */
export class BoardDevices implements PortSpace {
  readonly serial = new TextSink();
  readonly debugcon = new TextSink();
  signal: number | null = null;
  post: number | null = null;
  #lineControl = 0;
  readonly #fwCfg: FwCfg;
  readonly #told: (port: number, value: number) => void;

  /** `told` hears of each value written to the signal and diagnostic ports. */
  constructor(fwCfg: FwCfg, told: (port: number, value: number) => void = () => {}) {
    this.#fwCfg = fwCfg;
    this.#told = told;
  }

  read8(port: number): number {
    switch (port) {
      case FW_CFG_DATA:
        return this.#fwCfg.readData();
      case layout.PORT_COM1_STATUS:
        return layout.COM1_READY;
      case layout.PORT_DEBUG:
        return layout.PORT_DEBUG; // Bochs' way of saying that it is there
      case layout.PORT_A20:
        return layout.A20_OPEN;
      default:
        return OPEN_BUS;
    }
  }

  read16(): number {
    return 0xffff;
  }

  read32(): number {
    return 0xffffffff;
  }

  write8(port: number, value: number): void {
    if (port === layout.PORT_COM1) this.#transmit(value);
    else if (port === layout.PORT_COM1_LINE) this.#lineControl = value;
    else if (port === layout.PORT_DEBUG) this.debugcon.put(value);
    else if (port === layout.PORT_POST) this.post = value;
    else if (port === layout.PORT_SIGNAL) this.signal = value;
    if (port === layout.PORT_POST || port === layout.PORT_SIGNAL) this.#told(port, value);
  }

  /** COM1's data register, which is the baud rate's while the divisor latch is open. */
  #transmit(value: number): void {
    if ((this.#lineControl & layout.COM1_DIVISOR_LATCH) === 0) this.serial.put(value);
  }

  write16(port: number, value: number): void {
    if (port === FW_CFG_SELECTOR) this.#fwCfg.select(value);
  }

  write32(port: number, value: number): void {
    if (port === FW_CFG_DMA_LOW) this.#fwCfg.dma(value);
  }
}
