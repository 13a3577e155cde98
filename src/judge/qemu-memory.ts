// Which QEMU machine has RAM where a description has usable memory (hw/i386/pc_q35.c and pc_piix.c of QEMU 7.2).
import { alignUp } from '../lib/align.ts';
import { InputError } from '../lib/input-error.ts';
import type { Range } from '../lib/ranges.ts';
import { GiB, hex, MiB } from '../lib/units.ts';
import type { MachineSpec } from '../machine/spec.ts';

/** RAM from 0 to `below4G`, and from 4 GiB on; bytes. */
export interface QemuMemory {
  readonly machine: 'q35' | 'pc';
  readonly below4G: number;
  readonly above4G: number;
}

/** What executes the guest: QEMU's own translator, or the host's CPU. */
export type Accel = 'tcg' | 'kvm';

const TYPE_RAM = 1;
/** q35 has at most this much below 4 GiB where there is RAM above, and where there is none. */
const Q35_BELOW = 2 * GiB;
const Q35_BELOW_ALONE = 0xb0000000;
/** ... and the i440FX machine. */
const PC_BELOW = 3 * GiB;
const PC_BELOW_ALONE = 0xe0000000;
/** QEMU's translator has 40 physical address bits; room for the PCI hole above RAM stays. */
const TCG_END = 960 * GiB;

/**
 * RAM for every usable byte of the map and for the tables; there may be more RAM than the map tells of.
 * @throws InputError 'map' where no machine has RAM there
 */
export function qemuMemory(spec: MachineSpec, tables: readonly Range[], accel: Accel): QemuMemory {
  const ends = [
    ...spec.map
      .filter((entry) => entry.type === TYPE_RAM && entry.size > 0n)
      .map((entry) => ({ start: Number(entry.addr), end: Number(entry.addr + entry.size) })),
    ...tables,
  ];
  const ending = (from: number, to: number): number =>
    Math.max(
      0,
      ...ends.filter(({ start, end }) => start < to && end > from).map(({ end }) => Math.min(end, to) - from),
    );
  const below4G = alignUp(Math.max(ending(0, 4 * GiB), 16 * MiB), MiB);
  const above4G = alignUp(ending(4 * GiB, Number.MAX_SAFE_INTEGER), MiB);
  if (accel === 'tcg' && 4 * GiB + above4G > TCG_END)
    throw new InputError(
      'map',
      `${spec.origin.path}: usable memory to ${hex(4 * GiB + above4G)}: QEMU's translator has 40 address bits, expected an end ` +
        `below ${hex(TCG_END)}`,
    );
  const alone = above4G === 0;
  if (below4G <= (alone ? Q35_BELOW_ALONE : Q35_BELOW)) return { machine: 'q35', below4G, above4G };
  if (below4G <= (alone ? PC_BELOW_ALONE : PC_BELOW)) return { machine: 'pc', below4G, above4G };
  throw new InputError(
    'map',
    `${spec.origin.path}: usable memory or a table up to ${hex(below4G)}: QEMU has RAM up to ${hex(
      alone ? PC_BELOW_ALONE : PC_BELOW,
    )} below 4 GiB${alone ? '' : ' where there is RAM above it'}`,
  );
}

/** `-machine`, `-m` and a backend that takes host memory only where the guest touches it. */
export function memoryArgs(memory: QemuMemory): string[] {
  const { machine, below4G, above4G } = memory;
  // the split is exact only where it is asked for: whole GiB, as QEMU wants it
  const split = machine === 'q35' ? Q35_BELOW : PC_BELOW;
  const bytes = above4G === 0 ? below4G : split + above4G;
  const limit = above4G === 0 ? '' : `,max-ram-below-4g=${split}`;
  return [
    ...['-object', `memory-backend-ram,id=ram0,size=${bytes},reserve=off`],
    ...['-machine', `${machine},memory-backend=ram0${limit}`, '-m', `${bytes / MiB}M`],
  ];
}

/** Host memory that the guest will have touched when its init runs: struct pages, hash tables, the kernel; bytes. */
export function hostMemoryNeeded(memory: QemuMemory): number {
  const STRUCT_PAGE_SHARE = 64;
  return (memory.below4G + memory.above4G) / STRUCT_PAGE_SHARE + GiB / 2;
}
