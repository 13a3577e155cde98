// Changes of what setup functions of early parameters take, oldest first.
import type { Change } from './change.ts';

export const PARAM_CHANGES: readonly Change[] = [
  {
    id: 'amd-pstate-modes',
    what: '`amd_pstate=` names a mode, or is malformed.',
    since: '6.12',
    notIn: '6.1',
    patch: null,
    sees: "`Malformed early option 'amd_pstate'` for a word that no mode begins with",
    sets: { amdPstate: 'modes' },
  },
  {
    id: 'stack-depot-boolean',
    what: '`stack_depot_disable=` is a boolean, or is malformed.',
    since: '6.12',
    notIn: '6.1',
    patch: null,
    sees: "`Malformed early option 'stack_depot_disable'` for what is no boolean",
    sets: { stackDepotDisable: 'boolean' },
  },
  {
    id: 'acpi-spcr',
    what: '`acpi=spcr` is a word that is known.',
    since: '7.0',
    notIn: '6.18',
    patch: null,
    sees: "no `Malformed early option 'acpi'` for it",
    sets: { acpiWords: 'with-spcr' },
  },
  {
    id: 'mtrr-spare-number',
    what: '`mtrr_spare_reg_nr=` is a number, or is malformed.',
    since: '7.2',
    notIn: '6.12',
    patch: null,
    sees: "`Malformed early option 'mtrr_spare_reg_nr'` for what is no number, or without a value",
    sets: { mtrrSpareReg: 'number' },
  },
];
