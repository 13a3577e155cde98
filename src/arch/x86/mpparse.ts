// Mirrors the reservations of arch/x86/kernel/mpparse.c (v6.1): the MP floating pointer and the table behind it.
import { hex } from '../../lib/units.ts';
import type { X86State } from './state.ts';

/** Bytes of struct mpf_intel (MP specification 1.4, section 4.1). */
const MPF_SIZE = 16;

/** Reserves what the payload found (find_smp_config, smp_scan_config). */
export function findSmpConfig(x86: X86State): void {
  const { mp } = x86.bootParams;
  if (mp === null) return;
  const { printk, memblock } = x86.ctx;
  const last = mp.mpfAddress + MPF_SIZE - 1;
  printk.info(`found SMP MP-table at [mem ${hex(mp.mpfAddress, 8)}-${hex(last, 8)}]`);
  memblock.reserve(mp.mpfAddress, MPF_SIZE, 'smp_scan_config#mpf');
  if (mp.mpc) memblock.reserve(mp.mpc.address, mp.mpc.bytes.length, 'smp_scan_config#mpc');
}
