// CPU facts out of a capture's QEMU arguments: a log alone does not say which features CPUID reports.
import type { CpuFeatures } from '../spec.ts';
import { MODERN_CPU } from '../spec/cpuid.ts';

export interface QemuFacts {
  /** null where there is no -cpu argument. */
  readonly cpu: CpuFeatures | null;
  /** Sockets of -smp, null where it does not say. */
  readonly sockets: number | null;
}

/** What QEMU 7.2's CPU models report; a model that no row matches has neither feature. */
const MODELS: readonly { readonly name: RegExp; readonly la57: boolean; readonly pdpe1gb: boolean }[] = [
  { name: /^(max|host|base)$/, la57: true, pdpe1gb: true },
  {
    name: /^(Icelake-Server|SapphireRapids|GraniteRapids|SierraForest|EPYC-Genoa|EPYC-Turin)/,
    la57: true,
    pdpe1gb: true,
  },
  {
    name: /^(Skylake-Server|Cascadelake|Cooperlake|Snowridge|Denverton|EPYC|Dhyana|Opteron_G[345])/,
    la57: false,
    pdpe1gb: true,
  },
];
/** Physical address bits of QEMU's own translator. */
const TCG_PHYS_BITS = 40;

/** `args` is the command line, the program first. */
export function factsOfQemuArgs(args: readonly string[]): QemuFacts {
  const valueOf = (option: string): string | null => {
    const at = args.lastIndexOf(option);
    return at === -1 ? null : (args[at + 1] ?? null);
  };
  const cpu = valueOf('-cpu');
  const accel = valueOf('-accel') ?? '';
  const sockets = /(?:^|,)sockets=(\d+)/.exec(valueOf('-smp') ?? '');
  return {
    cpu: cpu === null ? null : cpuOf(cpu, accel),
    sockets: sockets ? Number(sockets[1]) : null,
  };
}

function cpuOf(argument: string, accel: string): CpuFeatures {
  const [name = '', ...flags] = argument.split(',');
  const model = MODELS.find((m) => m.name.test(name));
  const has = (flag: string, otherwise: boolean): boolean => {
    let on = otherwise;
    for (const text of flags) {
      if (text === `+${flag}` || text === `${flag}=on` || text === flag) on = true;
      if (text === `-${flag}` || text === `${flag}=off`) on = false;
    }
    return on;
  };
  const kvm = accel.startsWith('kvm');
  return {
    ...MODERN_CPU,
    vendor:
      /^(EPYC|Opteron|phenom|athlon|qemu64|max|Dhyana)/.test(name) && !kvm
        ? 'AuthenticAMD'
        : MODERN_CPU.vendor,
    la57: has('la57', model?.la57 ?? false),
    pdpe1gb: has('pdpe1gb', model?.pdpe1gb ?? false),
    x2apic: has('x2apic', true),
    physBits: kvm ? MODERN_CPU.physBits : TCG_PHYS_BITS,
    hypervisor: kvm ? 'KVMKVMKVM' : 'TCGTCGTCGTCG',
  };
}
