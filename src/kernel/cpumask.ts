// Mirrors include/linux/cpumask.h (v6.1): sets of CPUs in words of shared memory, 32 CPUs a word.
import type { CpuId } from '../lib/units.ts';
import type { Word } from '../cpu/op.ts';
import { cpusOfMask, MASK_BITS, type Kernel } from './kernel.ts';

const wordOf = (mask: Word, cpu: CpuId): Word => mask + Math.floor(cpu / MASK_BITS);
const bitOf = (cpu: CpuId): number => 2 ** (cpu % MASK_BITS);

/** cpumask_test_cpu(). */
export function cpumaskTestCpu(k: Kernel, cpu: CpuId, mask: Word): boolean {
  return Math.floor(k.mem.readOnce(wordOf(mask, cpu)) / bitOf(cpu)) % 2 === 1;
}

export function cpumaskSetCpu(k: Kernel, cpu: CpuId, mask: Word): void {
  if (cpumaskTestCpu(k, cpu, mask)) return;
  k.mem.writeOnce(wordOf(mask, cpu), k.mem.readOnce(wordOf(mask, cpu)) + bitOf(cpu));
}

export function cpumaskClearCpu(k: Kernel, cpu: CpuId, mask: Word): void {
  if (!cpumaskTestCpu(k, cpu, mask)) return;
  k.mem.writeOnce(wordOf(mask, cpu), k.mem.readOnce(wordOf(mask, cpu)) - bitOf(cpu));
}

/** The mask holds these CPUs and no others. */
export function cpumaskAssign(k: Kernel, mask: Word, cpus: readonly CpuId[]): void {
  for (let w = 0; w < k.data.maskWords; w += 1) k.mem.writeOnce(mask + w, 0);
  for (const cpu of cpus) cpumaskSetCpu(k, cpu, mask);
}

export function cpumaskCopy(k: Kernel, to: Word, from: Word): void {
  for (let w = 0; w < k.data.maskWords; w += 1) k.mem.writeOnce(to + w, k.mem.readOnce(from + w));
}

/** cpumask_weight(): how many CPUs there are. */
export function cpumaskWeight(k: Kernel, mask: Word): number {
  return cpusOfMask(k, mask).length;
}

/** cpumask_next_wrap(): the CPU after `cpu`, the first after the last. */
export function cpumaskNextWrap(k: Kernel, cpu: CpuId, mask: Word): CpuId {
  const cpus = cpusOfMask(k, mask);
  return cpus.find((other) => other > cpu) ?? cpus[0] ?? k.topology.nrCpuIds;
}

/** The CPUs as %*pb prints them: hexadecimal, groups of 32 bits from the highest. */
export function formatCpumask(k: Kernel, mask: Word): string {
  const words = Array.from({ length: k.data.maskWords }, (_, w) => k.mem.readOnce(mask + w));
  const topBits = k.topology.nrCpuIds % MASK_BITS || MASK_BITS;
  const digits = (w: number): number => (w === words.length - 1 ? Math.ceil(topBits / 4) : MASK_BITS / 4);
  return words
    .map((bits, w) => bits.toString(16).padStart(digits(w), '0'))
    .reverse()
    .join(',');
}

/** The CPUs of such a text (bitmap_parse); undefined where it is none or names a CPU that cannot be. */
export function parseCpumask(k: Kernel, text: string): CpuId[] | undefined {
  const groups = text.trim().split(',');
  if (!groups.every((group) => /^[0-9a-f]{1,8}$/i.test(group))) return undefined;
  const cpus: CpuId[] = [];
  groups.reverse().forEach((group, w) => {
    const bits = parseInt(group, 16);
    for (let b = 0; b < MASK_BITS; b += 1)
      if (Math.floor(bits / 2 ** b) % 2 === 1) cpus.push(w * MASK_BITS + b);
  });
  return cpus.every((cpu) => cpu < k.topology.nrCpuIds) ? cpus : undefined;
}
