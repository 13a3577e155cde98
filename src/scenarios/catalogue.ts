// All scenarios by name. A planted one comes with what the explorer must find in it, within how many schedules, and with the
// scenario without the plant, in which it must find nothing.
import type { Scenario } from '../cpus/simulated/explore/scenario.ts';
import { HAND_OUT, HAND_OUT_MUTANTS } from './catalogue/hand-out.ts';
import { JOB_MUTANTS, JOBS } from './catalogue/jobs.ts';
import { PAGE_MUTANTS, PAGES } from './catalogue/pages.ts';
import { RFC_MUTANTS } from './catalogue/rfc-mutants.ts';
import { RFC } from './catalogue/rfc.ts';
import { SERIAL, SERIAL_FINDINGS, SERIAL_MUTANTS } from './catalogue/serial.ts';
import { USER_FINDINGS, USER_MUTANTS } from './catalogue/users-mutants.ts';
import { USERS } from './catalogue/users.ts';
import type { Finding, Mutant } from './mutant.ts';

const SOUND = [...HAND_OUT, ...JOBS, ...PAGES, ...SERIAL, ...RFC, ...USERS] as const;
const PLANTED = [
  ...HAND_OUT_MUTANTS,
  ...JOB_MUTANTS,
  ...PAGE_MUTANTS,
  ...SERIAL_MUTANTS,
  ...RFC_MUTANTS,
  ...USER_MUTANTS,
] as const;
const FOUND = [...SERIAL_FINDINGS, ...USER_FINDINGS] as const;

/** A name of the list that `earlyboot explore` prints. */
export type KnownScenario =
  (typeof SOUND)[number]['name'] | (typeof PLANTED | typeof FOUND)[number]['scenario']['name'];

/** Scenarios in which nothing may be found. */
export const SCENARIOS: readonly Scenario[] = SOUND;
/** Planted faults. */
export const MUTANTS: readonly Mutant[] = PLANTED;
/** Not planted: what the explorer finds in 6.1, and in the RFC of 2022, as they are. */
export const FINDINGS: readonly Finding[] = FOUND;

/** All of them: sound ones, those with a planted fault, findings. */
export function allScenarios(): Scenario[] {
  return [...SCENARIOS, ...[...MUTANTS, ...FINDINGS].map(({ scenario }) => scenario)];
}

/** A scenario by its name, planted or not. */
export function findScenario(name: string): Scenario | undefined {
  return allScenarios().find((scenario) => scenario.name === name);
}
