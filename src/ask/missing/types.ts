// The way of memory from what is installed to MemTotal, as data.
import type { Nid } from '../../lib/units.ts';

/** Where on the way a row's bytes are lost: before Linux sees them, before the page allocator gets them, or after. */
export type Stage = 'firmware' | 'kernel-map' | 'reserved' | 'tail';

/** Bytes that are not in MemTotal, all of one owner for one reason on one node. */
export interface MissingRow {
  readonly stage: Stage;
  /** A kind of owner: `firmware`, `hole`, `mem=`, `kernel`, `memmap`, `percpu`, `crash`, … */
  readonly owner: string;
  /** What it is, in plain words. */
  readonly what: string;
  /** Why it is so: an entry of the firmware's map, a parameter, or the kernel function and boot step. */
  readonly cause: string;
  readonly bytes: number;
  /** Whole pages of 4096 bytes in them, rounded down. */
  readonly pages: number;
  /** null where the address is in no node. */
  readonly node: Nid | null;
  /** null where the address is in no zone. */
  readonly zone: string | null;
}

/** What is in MemTotal and taken before init starts. */
export interface TakenRow {
  readonly owner: string;
  readonly what: string;
  readonly cause: string;
  readonly bytes: number;
  /** null where it is spread over nodes. */
  readonly node: Nid | null;
  /** Whether the figure is one of the model's rules of thumb. */
  readonly estimate: boolean;
}

/** The whole way: `installedBytes` = `memTotalBytes` + the sum of `rows`; `memTotalBytes` = `freeAtInitBytes` + the sum of `taken`. */
export interface Missing {
  readonly machine: string;
  readonly kernel: string;
  readonly cmdline: string;
  readonly installedBytes: number;
  /** Where `installedBytes` is from: what the user said, or the highest sum that the map allows. */
  readonly installedFrom: 'given' | 'map';
  /** Reserved entries of the map that are no memory: windows of devices. */
  readonly deviceBytes: number;
  /** MemTotal of /proc/meminfo. */
  readonly memTotalBytes: number;
  readonly freeAtInitBytes: number;
  /** From installed to MemTotal, in the order in which the memory is lost. */
  readonly rows: readonly MissingRow[];
  /** From MemTotal to what is free when init starts. */
  readonly taken: readonly TakenRow[];
}
