// Small machines for tests of the judge.
import type { MachineSpec } from '../../../src/machine/spec.ts';
import type { MachineDescription } from '../../../src/machine/spec/description.ts';
import { normalise } from '../../../src/machine/spec/normalise.ts';

/** 639 KiB, and 511 MiB with tables behind them, unless `more` says otherwise. */
export function machine(more: Partial<MachineDescription> = {}): MachineSpec {
  return normalise(
    {
      name: 'test',
      map: [
        { start: 0, size: '639K', type: 'usable' },
        { start: '1M', end: 0x1fffffff, type: 'usable' },
        { start: 0x20000000, size: '64K', type: 'ACPI data' },
      ],
      ...more,
    },
    { kind: 'description', path: 'test.yaml' },
  );
}
