// The board's fixed addresses and ports; firmware/layout.inc holds the guest's side of them.
import { KiB, MiB } from '../lib/units.ts';

/** The guest's RAM, whatever the described map claims. */
export const RAM_BYTES = 16 * MiB;
/** From here on to 1 MiB and from RAM_BYTES on, accesses leave RAM: v86 keeps the video hole out of it. */
export const VIDEO_HOLE = 0xa0000;
export const VIDEO_HOLE_END = 0xc0000;
/** The firmware image, copied to wherever there is room: it copies itself to low memory at once. */
export const ROM_BYTES = 64 * KiB;
/** Offset of the reset vector in it. */
export const RESET_VECTOR = 0xfff0;
/** What firmware and payload use: vectors, BIOS data area, stack, ROM, payload, fw_cfg files. Nothing described may lie there. */
export const FIRMWARE_OWN: readonly (readonly [number, number])[] = [
  [0, 0x80],
  [0x400, 0x80000],
];
/** What only described tables fill below 1 MiB (the video hole is no RAM). */
export const MACHINE_LOW_MEMORY: readonly (readonly [number, number])[] = [
  [0x80, 0x400],
  [0x80000, VIDEO_HOLE],
  [VIDEO_HOLE_END, MiB],
];
/** The payload's last act: the handoff block's address and size, two 32-bit words. */
export const HANDOFF_POINTER = 0x4f0;

export const PORT_POST = 0x80;
export const PORT_DEBUG = 0xe9;
export const PORT_SIGNAL = 0xf4;
export const PORT_COM1 = 0x3f8;
/** COM1's line control register: its top bit turns the data register into the baud rate's divisor. */
export const PORT_COM1_LINE = 0x3fb;
export const COM1_DIVISOR_LATCH = 0x80;
/** COM1's line status register, and its answer: transmitter empty. */
export const PORT_COM1_STATUS = 0x3fd;
export const COM1_READY = 0x60;
export const PORT_A20 = 0x92;
export const A20_OPEN = 2;

/** Values on PORT_SIGNAL. */
export const SIGNAL_DONE = 0x10;
export const SIGNAL_GAVE_UP = 0x11;
/** Value on PORT_POST: firmware booted from a floppy is about to look at memory below 1 MiB. */
export const POST_MACHINE = 0xeb;
