// Changes of what setup functions of early parameters take, oldest first.
import type { Change } from './change.ts';

export const PARAM_CHANGES: readonly Change[] = [
  {
    id: 'amd-pstate-modes',
    what: '`amd_pstate=` names a mode, or is malformed.',
    since: '6.3',
    patch: 'cpufreq: amd-pstate: optimize driver working mode selection in amd_pstate_param() (Wyes Karny)',
    sees: "`Malformed early option 'amd_pstate'` for a word that no mode begins with",
    sets: { amdPstate: 'modes' },
  },
  {
    id: 'stack-depot-boolean',
    what: '`stack_depot_disable=` is a boolean, or is malformed.',
    since: '6.8',
    patch: 'lib/stackdepot: print disabled message only if truly disabled (Andrey Konovalov)',
    sees: "`Malformed early option 'stack_depot_disable'` for what is no boolean",
    sets: { stackDepotDisable: 'boolean' },
  },
  {
    id: 'acpi-spcr',
    what: '`acpi=spcr` is a word that is known.',
    since: '7.0',
    patch: 'x86/acpi: Add acpi=spcr to use SPCR-provided default console (Shenghao Yang)',
    sees: "no `Malformed early option 'acpi'` for it",
    sets: { acpiWords: 'with-spcr' },
  },
  {
    id: 'mtrr-spare-number',
    what: '`mtrr_spare_reg_nr=` is a number, or is malformed.',
    since: '7.1',
    patch: 'x86/mtrr: Use kstrtoul() in parse_mtrr_spare_reg() (Thorsten Blum)',
    sees: "`Malformed early option 'mtrr_spare_reg_nr'` for what is no number, or without a value",
    sets: { mtrrSpareReg: 'number' },
  },
];
