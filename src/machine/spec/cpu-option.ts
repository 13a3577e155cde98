// The --cpu option: features that differ from the machine's, `la57=off,pdpe1gb=off,physbits=46`.
import { InputError } from '../../lib/input-error.ts';
import type { CpuFeatures, MachineSpec } from '../spec.ts';

const SWITCHES = ['la57', 'pdpe1gb', 'x2apic'] as const;
const EXPECTED =
  'expected la57=on|off, pdpe1gb=on|off, x2apic=on|off, physbits=32..52, vendor=NAME, hypervisor=NAME|none';

/**
 * `cpu` with the changes in `text`, a list with commas.
 * @throws InputError 'usage' for an unknown key or value
 */
export function withCpuOption(cpu: CpuFeatures, text: string): CpuFeatures {
  let result = cpu;
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    const key = part.slice(0, equals === -1 ? part.length : equals).trim();
    const value = equals === -1 ? 'on' : part.slice(equals + 1).trim();
    result = { ...result, ...change(key, value, part) };
  }
  return result;
}

/** The machine with the features that `text` names: they are told now. @throws InputError as withCpuOption() */
export function machineWithCpuOption(spec: MachineSpec, text: string): MachineSpec {
  const cpu = withCpuOption(spec.cpu, text);
  const named = text.split(',').map((part) => `cpu.${part.replace(/=.*/s, '').trim()}`);
  return { ...spec, cpu, assumed: spec.assumed?.filter(({ fact }) => !named.includes(fact)) };
}

function change(key: string, value: string, part: string): Partial<CpuFeatures> {
  const bad = () => new InputError('usage', `--cpu "${part}": ${EXPECTED}`);
  const feature = SWITCHES.find((name) => name === key);
  if (feature) {
    if (value !== 'on' && value !== 'off') throw bad();
    return { [feature]: value === 'on' };
  }
  if (key === 'physbits') {
    const physBits = Number(value);
    if (!Number.isInteger(physBits) || physBits < 32 || physBits > 52) throw bad();
    return { physBits };
  }
  if (key === 'vendor' && value.length > 0 && value.length <= 12) return { vendor: value };
  if (key === 'hypervisor' && value.length > 0 && value.length <= 12)
    return { hypervisor: value === 'none' ? null : value };
  throw bad();
}
