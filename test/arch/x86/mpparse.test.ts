import test from 'ava';
import type { ApicState } from '../../../src/arch/x86/apic.ts';
import { newX86State } from '../../../src/arch/x86/index.ts';
import { getSmpConfig } from '../../../src/arch/x86/mpparse.ts';
import type { BootParams } from '../../../src/arch/x86/boot/params.ts';
import { DEBIAN_6_1_0_56 } from '../../../src/kernels/builtin.ts';

const PROCESSOR = 0;
const BUS = 1;
const IO_APIC = 2;

/** A CPU's entry has 20 bytes, others 8: type, id, version, flags. */
function entry(type: number, id: number, flags: number): number[] {
  return [type, id, 0x14, flags, ...Array<number>(type === PROCESSOR ? 16 : 4).fill(0)];
}

/** CPU numbers that Linux gives to the APIC ids of an MP table, and how many IO-APICs it counts. */
function read(entries: readonly number[], feature1 = 0, apic: Partial<ApicState> = {}): ApicState {
  const mpf = new Uint8Array(16);
  mpf[11] = feature1;
  const bytes = Uint8Array.from([...Array<number>(44).fill(0), ...entries]);
  const bootParams: BootParams = {
    ...{ e820: [], e820Ignored: 0, e820End: 'last', altMemK: 0, extMemK: 0 },
    bda: { baseMemKiB: 639, ebdaAddr: 0 },
    ...{
      acpi: null,
      acpiProblems: [],
      cpuid: [],
      cmdline: '',
      ramdisk: null,
      efi: null,
      platform: null,
      dmi: null,
    },
    payloadLog: [],
    mp: { mpfAddress: 0xf0000, mpf, mpc: feature1 === 0 ? { address: 0xf0010, bytes } : null },
  };
  const x86 = newX86State(bootParams, { profile: DEBIAN_6_1_0_56 }, []);
  const state: ApicState = {
    ...{ bootApicId: 0, bootCpuSeen: false, apicIds: [], nextLogicalId: 1 },
    ...{ numProcessors: 0, disabledCpus: 0, ioApics: 0, ...apic },
  };
  getSmpConfig(x86, state);
  return state;
}

test('CPUs and IO-APICs by their entries; those that are off count as such or not at all', (t) => {
  const state = read([
    ...entry(PROCESSOR, 0, 3),
    ...entry(PROCESSOR, 4, 1),
    ...entry(PROCESSOR, 5, 0),
    ...entry(BUS, 0, 0),
    ...entry(IO_APIC, 8, 1),
    ...entry(IO_APIC, 9, 0),
  ]);
  t.like(state, { apicIds: [0, 4], numProcessors: 2, disabledCpus: 1, ioApics: 1 });
});

test('an entry of no known type ends the table', (t) => {
  t.is(read([...entry(PROCESSOR, 0, 1), ...entry(9, 0, 1), ...entry(IO_APIC, 1, 1)]).ioApics, 0);
});

test('what the MADT told is left alone, each kind on its own', (t) => {
  const table = [...entry(PROCESSOR, 7, 1), ...entry(IO_APIC, 1, 1)];
  t.like(read(table, 0, { numProcessors: 3, ioApics: 2 }), { numProcessors: 3, ioApics: 2 });
  t.like(read(table, 0, { numProcessors: 3 }), { numProcessors: 3, ioApics: 1 });
});

test('a default configuration has two CPUs and an IO-APIC', (t) => {
  t.like(read([], 5), { apicIds: [0, 1], numProcessors: 2, ioApics: 1 });
});
