// The hand-out of chunks, sound and with faults in padata_mt_helper().
import type { Scenario } from '../../cpus/simulated/explore/scenario.ts';
import { handOut } from '../hand-out.ts';
import { endOffByOne, lostWake, noLock, unlockBeforeSize } from '../mutants/helpers.ts';

const handOut22 = handOut({ name: 'hand-out-2x2', cpus: 2, chunks: 2 });
const handOut33 = handOut({ name: 'hand-out-3x3', cpus: 3, chunks: 3 });
const handOut24 = handOut({ name: 'hand-out-2x4', cpus: 2, chunks: 4 });

export const HAND_OUT = [handOut22, handOut24, handOut33] as const satisfies readonly Scenario[];

export const HAND_OUT_MUTANTS = [
  {
    scenario: handOut({
      name: 'mutant/no-lock',
      about: 'no lock around the hand-out',
      cpus: 2,
      chunks: 4,
      helper: noLock,
    }),
    finds: /data race on/,
    within: 10,
    sound: handOut24,
  },
  {
    scenario: handOut({
      name: 'mutant/unlock-before-size',
      about: 'the lock is let go before the size is updated',
      cpus: 2,
      chunks: 4,
      helper: unlockBeforeSize,
    }),
    finds: /data race on/,
    within: 10,
    sound: handOut24,
  },
  {
    scenario: handOut({
      name: 'mutant/lost-wake',
      about: 'the last thread wakes nobody',
      cpus: 3,
      chunks: 3,
      helper: lostWake,
    }),
    finds: /^deadlock: boot sleeps/,
    within: 50,
    sound: handOut33,
  },
  {
    scenario: handOut({
      name: 'mutant/end-off-by-one',
      about: 'a chunk ends one too late',
      cpus: 2,
      chunks: 4,
      helper: endOffByOne,
    }),
    finds: /is initialised twice/,
    within: 10,
    sound: handOut24,
  },
] as const;
