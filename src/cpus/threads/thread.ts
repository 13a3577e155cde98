// A kernel thread as a worker keeps it.
import type { CpuId } from '../../lib/units.ts';
import type { Kthread } from '../../cpu/op.ts';

/** One kernel thread. Mutable: its worker's. */
export interface Thread {
  readonly id: number;
  readonly name: string;
  readonly gen: Kthread<unknown>;
  /** The CPU that it is on, and those that it may be on; null for any. */
  cpu: CpuId;
  cpus: readonly CpuId[] | null;
  parked: { value: number; spin: boolean } | null;
  /** The online ones of `cpus`, as of so many changes. */
  reach: { changes: number; cpus: readonly CpuId[] | null } | null;
  /** What the generator is resumed with. */
  answer: number;
}
