// padata's serial side, sound, with a fault, and with what is wrong in 6.1 itself.
import { padataDoSerialBy } from '../../kernel/padata/serial.ts';
import type { Scenario } from '../../cpus/simulated/explore/scenario.ts';
import { serialScenario, type SerialOptions } from '../serial.ts';

const serialWrap = {
  cpus: 2,
  submitters: 1,
  objects: 6,
  firstSeqNr: 2 ** 32 - 4,
} as const;
const wrapSound = serialScenario({
  ...serialWrap,
  name: 'serial-wrap',
  about: 'sequence numbers wrap past 2^32 while objects wait: order is kept (2 CPUs)',
});
const serial = serialScenario({
  name: 'serial',
  about: 'two threads hand in objects while nothing changes',
  cpus: 3,
  submitters: 2,
  objects: 3,
});
const disturbed: Omit<SerialOptions, 'name' | 'about'> = {
  cpus: 4,
  submitters: 2,
  objects: 3,
  disturb: [
    [
      { kind: 'down', cpu: 2 },
      { kind: 'up', cpu: 2 },
    ],
    [
      { kind: 'parallel', cpus: [1, 3] },
      { kind: 'serial', cpus: [0, 1, 2] },
    ],
  ],
};
const serialHotplug = serialScenario({
  ...disturbed,
  // see found/serial-use-after-free
  lenient: true,
  name: 'serial-hotplug',
  about: 'objects in flight while a CPU goes and comes back and both masks change',
});

export const SERIAL = [serial, serialHotplug, wrapSound] as const satisfies readonly Scenario[];

export const SERIAL_MUTANTS = [
  {
    scenario: serialScenario({
      ...serialWrap,
      name: 'mutant/serial-wrap',
      about: 'sequence numbers are compared as plain numbers, and wrap',
      doSerial: (k, padata) => padataDoSerialBy(k, padata, (a, b) => a - b),
    }),
    finds: /serial order is broken|is called back before/,
    within: 200,
    sound: wrapSound,
  },
] as const;

/** Not planted: what the explorer finds in 6.1 as it is. */
export const SERIAL_FINDINGS = [
  {
    scenario: serialScenario({
      ...serialWrap,
      cpus: 3,
      name: 'found/wrap-3-cpus',
      about:
        'sequence numbers wrap where the CPUs are no power of two: hash and turn name different CPUs, objects are lost',
    }),
    finds: /serial order is broken/,
    within: 50,
  },
  {
    scenario: serialScenario({
      ...disturbed,
      name: 'found/serial-use-after-free',
      about:
        'a serial work that is queued again while it begins to run outlives its parallel_data, if that is being replaced',
    }),
    finds: /^use after free of pd/,
    within: 200,
  },
] as const;
