// Mirrors arch/x86/kernel/mpparse.c (v6.1): the MP floating pointer and the table behind it, reserved, and read where
// ACPI does not say what CPUs and IO-APICs there are.
import { hex } from '../../lib/units.ts';
import { pointerText } from '../../kernel/pointer_text.ts';
import { u8 } from './acpi_tables.ts';
import { acpiRegisterLapic, type ApicState } from './apic.ts';
import type { X86State } from './state.ts';

/** Bytes of struct mpf_intel (MP specification 1.4, section 4.1). */
const MPF_SIZE = 16;
/** Feature byte 1 of the pointer: not 0 names a default configuration, which has two CPUs and one IO-APIC. */
const MPF_FEATURE1 = 11;
/** Bytes of struct mpc_table, of a CPU's entry, and of every other (sections 4.2 and 4.3). */
const MPC_HEADER_SIZE = 44;
const MPC_CPU_SIZE = 20;
const MPC_ENTRY_SIZE = 8;
const MP_PROCESSOR = 0;
const MP_IOAPIC = 2;
const MP_LAST_TYPE = 4;
/** Bit 0 of the flags at offset 3 of both: enabled, usable. */
const MPC_FLAGS = 3;

/** Reserves what the payload found (find_smp_config, smp_scan_config). */
export function findSmpConfig(x86: X86State): void {
  const { mp } = x86.bootParams;
  const { printk, memblock, profile } = x86.ctx;
  if (mp === null || profile.config.x86Mpparse === false) return;
  const last = mp.mpfAddress + MPF_SIZE - 1;
  const { mpTableLine, e820Lines } = profile.rules;
  const found = `found SMP MP-table at [mem ${hex(mp.mpfAddress, 8)}-${hex(last, 8)}]`;
  if (e820Lines === 'start-end')
    printk.info(
      `found SMP MP-table at [${pointerText(mp.mpfAddress, 'address')}] ${mp.mpfAddress.toString(16)}`,
    );
  else if (mpTableLine === 'place') printk.info(found);
  else printk.info(`${found} mapped at [${pointerText(mp.mpfAddress, mpTableLine)}]`);
  memblock.reserve(mp.mpfAddress, MPF_SIZE, 'smp_scan_config#mpf');
  if (mp.mpc) memblock.reserve(mp.mpc.address, mp.mpc.bytes.length, 'smp_scan_config#mpc');
}

/** CPUs and IO-APICs of the MP table, as far as the MADT did not tell them (get_smp_config). */
export function getSmpConfig(x86: X86State, apic: ApicState): void {
  const { mp } = x86.bootParams;
  const fromMadt = { cpus: apic.numProcessors + apic.disabledCpus > 0, ioApics: apic.ioApics > 0 };
  if (mp === null || x86.ctx.profile.config.x86Mpparse === false || (fromMadt.cpus && fromMadt.ioApics))
    return;
  if (u8(mp.mpf, MPF_FEATURE1) !== 0) {
    if (!fromMadt.cpus) for (const id of [0, 1]) acpiRegisterLapic(x86, apic, id, true);
    apic.ioApics += 1;
  } else if (mp.mpc) readMpc(x86, apic, mp.mpc.bytes, !fromMadt.cpus);
}

/** Entry by entry, up to the first of a type that there is not (smp_read_mpc). */
function readMpc(x86: X86State, apic: ApicState, mpc: Uint8Array, wantCpus: boolean): void {
  for (let at = MPC_HEADER_SIZE; at + MPC_ENTRY_SIZE <= mpc.length;) {
    const type = u8(mpc, at);
    if (type > MP_LAST_TYPE) return;
    const on = (u8(mpc, at + MPC_FLAGS) & 1) === 1;
    if (type === MP_PROCESSOR && wantCpus) acpiRegisterLapic(x86, apic, u8(mpc, at + 1), on);
    if (type === MP_IOAPIC && on) apic.ioApics += 1;
    at += type === MP_PROCESSOR ? MPC_CPU_SIZE : MPC_ENTRY_SIZE;
  }
}
