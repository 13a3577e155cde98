// Jobs of the RFC of 2022 with planted faults.
import {
  chargesUnlocked,
  raisesAll,
  raisesLate,
  undoFailed,
  undoSkips,
  undoTwice,
  waitsForNobody,
} from '../mutants/rfc.ts';
import { rfcJob } from '../rfc-job.ts';
import { rfc, rfcCharge, rfcFails, rfcLocks, three } from './rfc.ts';

const failing = { ...three, failing: [3] };

export const RFC_MUTANTS = [
  {
    scenario: rfcJob({
      ...failing,
      run: undoSkips,
      name: 'mutant/undo-skips',
      about: 'the undo begins after the failed range',
    }),
    finds: /^unit \d was not undone/,
    within: 10,
    sound: rfcFails,
  },
  {
    scenario: rfcJob({
      ...failing,
      run: undoTwice,
      name: 'mutant/undo-twice',
      about: 'what succeeded is undone a second time',
    }),
    finds: /^unit \d is undone twice/,
    within: 10,
    sound: rfcFails,
  },
  {
    scenario: rfcJob({
      ...failing,
      run: undoFailed,
      name: 'mutant/undo-failed',
      about: 'the range that failed is undone too',
    }),
    finds: /is undone but was not done/,
    within: 10,
    sound: rfcFails,
  },
  {
    scenario: rfcJob({
      ...three,
      run: raisesAll,
      name: 'mutant/raises-all',
      about: "all helpers get the caller's priority at once",
    }),
    finds: /^two helpers have the caller's priority/,
    within: 100,
    sound: rfc,
  },
  {
    scenario: rfcJob({
      ...three,
      run: raisesLate,
      name: 'mutant/raises-late',
      about: 'a helper is raised after the lock was let go: it may have ended',
    }),
    finds: /^a helper that has ended is raised/,
    within: 200,
    sound: rfc,
  },
  {
    scenario: rfcJob({
      ...three,
      run: waitsForNobody,
      name: 'mutant/waits-for-nobody',
      about: 'the caller returns before its helpers have ended',
    }),
    finds: /^use after free of/,
    within: 20,
    sound: rfc,
  },
  {
    scenario: rfcJob({
      ...three,
      quotaNs: 3000,
      helper: chargesUnlocked,
      name: 'mutant/charges-unlocked',
      about: 'helpers are charged without the lock of the group',
    }),
    finds: /^data race on cpu group/,
    within: 20,
    sound: rfcCharge,
  },
  {
    scenario: rfcJob({
      ...three,
      takesLock: true,
      holdsLock: true,
      name: 'mutant/holds-lock',
      about: 'the caller holds a lock that each thread takes: lockdep reports it whatever the order',
    }),
    finds: /^possible (circular locking dependency|recursive locking) detected/,
    within: 1,
    sound: rfcLocks,
  },
] as const;
