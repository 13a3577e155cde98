// Lines of a kernel log about firmware tables: ACPI's list, the SRAT.
import type { Dice } from '../../lib/dice.ts';
import { hexAddress, number, text } from './values.ts';

const SIGNATURES = [
  'FACP',
  'DSDT',
  'FACS',
  'APIC',
  'SRAT',
  'SLIT',
  'HPET',
  'MCFG',
  'WAET',
  'SSDT',
  'SSDT',
  'BGRT',
  'HMAT',
  'CEDT',
];
const MAKER = 'BOCHS  BXPC     00000001 BXPC 00000001';

export function acpiLines(dice: Dice, low: number): string[] {
  const at = (i: number): string => (low + 0x1000 * i).toString(16).toUpperCase().padStart(16, '0');
  if (dice.oneIn(8)) return [];
  const xsdt = dice.oneIn(2);
  return [
    `ACPI: RSDP 0x00000000000F59C0 ${xsdt ? '000024 (v02' : '000014 (v00'} BOCHS )`,
    `ACPI: ${xsdt ? 'XSDT' : 'RSDT'} 0x${at(1)} 00003C (v01 ${MAKER})`,
    ...dice.times(dice.between(1, 8), (i) => {
      const signature = dice.pick(SIGNATURES);
      const length = dice.pick(['000078', '0000F4', '000040', '002174', '000024', '000008', '00FFFF']);
      return `ACPI: ${signature} 0x${at(i + 2)} ${length}${signature === 'FACS' ? '' : ` (v03 ${MAKER})`}`;
    }),
  ];
}

export function acpiLine(dice: Dice): string {
  const signature = dice.oneIn(6) ? text(dice).padEnd(4).slice(0, 4) : dice.pick(SIGNATURES);
  const length = dice.pick(['00000', 'FFFFFFFF', '1000000', '00007', '000040']);
  return `ACPI: ${signature} 0x${hexAddress(dice, 16).toUpperCase()} ${length} (v${number(dice)} ${MAKER})`;
}

export function sratLines(cpus: number, nodes: number, end: number): string[] {
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  const share = Math.floor(end / nodes / 2 ** 27) * 2 ** 27;
  return [
    ...Array.from(
      { length: cpus },
      (_, i) => `SRAT: PXM ${i % nodes} -> APIC 0x${hex(i).slice(-2)} -> Node ${i % nodes}`,
    ),
    ...Array.from({ length: nodes }, (_, i) => {
      const last = i === nodes - 1 ? end - 1 : share * (i + 1) - 1;
      return `ACPI: SRAT: Node ${i} PXM ${i} [mem 0x${hex(share * i)}-0x${hex(last)}]`;
    }),
  ];
}

export function sratCpu(dice: Dice): string {
  return `SRAT: PXM ${number(dice)} -> APIC 0x${hexAddress(dice, 2)} -> Node ${number(dice)}`;
}

export function sratMemory(dice: Dice): string {
  const tail = dice.pick(['', ' hotplug', ' non-volatile', ' hotplug non-volatile']);
  return `ACPI: SRAT: Node ${number(dice)} PXM ${number(dice)} [mem 0x${hexAddress(dice, 8)}-0x${hexAddress(dice, 8)}]${tail}`;
}
