// The named choices of rules.ts that are about what setup functions of early parameters take.

/** Early parameters. */
export interface ParamRules {
  /** The words of `acpi=` end with `nocmcff`, or `spcr` is one too. */
  readonly acpiWords: 'to-nocmcff' | 'with-spcr';
  /** `amd_pstate=` takes any word, or is malformed where none of its modes begins with it. */
  readonly amdPstate: 'any-word' | 'modes';
  /** `stack_depot_disable=` takes anything, or a boolean. */
  readonly stackDepotDisable: 'anything' | 'boolean';
  /** `mtrr_spare_reg_nr=` takes anything, or a number. */
  readonly mtrrSpareReg: 'anything' | 'number';
}
