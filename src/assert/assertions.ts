// The assertions as tests have them, over one core of findings: each runner says what becomes of one.
import type { Machine } from '../api/boot-machine.ts';
import type { Boot } from '../api/boot.ts';
import type { ZoneName } from '../api/names.ts';
import type { Invariant, ScheduleOptions, ThreadScenario } from '../api/schedules.ts';
import type { Nid } from '../lib/units.ts';
import type { Scenario } from '../cpus/simulated/explore/scenario.ts';
import type { SharedBoots, SharedBootOptions } from './boots.ts';
import type { Finding } from './finding.ts';
import {
  firmwareMap,
  reserved,
  sameMemmap,
  zone,
  type ByteRange,
  type ExpectedEntry,
  type ExpectedZone,
  type ReservedBy,
} from './memory.ts';
import { everySchedule, jobs, logLike, type ExpectedJob, type LogLikeOptions } from './work.ts';

/** What a test has beside its runner's own. Where an assertion does not hold it ends the test as the runner's own do. */
export interface BootAssertions {
  /** A boot that all tests of the file share. @throws as bootMachine() */
  boot(machine: Machine, options?: SharedBootOptions): Promise<Boot>;
  /** The firmware's map is this one: lines as the kernel prints them, or { start, end, type }, in firmware order. */
  firmwareMap(boot: Boot, expected: readonly ExpectedEntry[]): boolean;
  /** Every byte of { start, size } is reserved at memblock_free_all; `by` names the function or boot step that took it. */
  reserved(boot: Boot, range: ByteRange, options?: ReservedBy): boolean;
  /** The node has the zone, with these page frames and pages. */
  zone(boot: Boot, node: Nid, name: ZoneName, expected?: ExpectedZone): boolean;
  /** The node had these calls of padata_do_multithreaded, in order. */
  jobs(boot: Boot, node: Nid, expected: readonly ExpectedJob[]): boolean;
  /** The memory lines of a real kernel log (raw text) were predicted. */
  logLike(boot: Boot, realDmesg: string, options?: LogLikeOptions): boolean;
  /** Two boots with struct pages left the same ones. */
  sameMemmap(a: Boot, b: Boot): boolean;
  /** The scenario holds in every schedule tried; a failure shows the shortest one and its replay token. */
  everySchedule<State>(
    scenario: Scenario | ThreadScenario<State>,
    invariant?: Invariant<State>,
    options?: ScheduleOptions,
  ): boolean;
}

/** The assertions; `tell` has the runner pass or fail and says which. */
export function assertions(tell: (finding: Finding) => boolean, boots: SharedBoots): BootAssertions {
  return {
    boot: (machine, options) => boots.get(machine, options),
    firmwareMap: (boot, expected) => tell(firmwareMap(boot, expected)),
    reserved: (boot, range, options) => tell(reserved(boot, range, options)),
    zone: (boot, node, name, expected) => tell(zone(boot, node, name, expected)),
    jobs: (boot, node, expected) => tell(jobs(boot, node, expected)),
    logLike: (boot, realDmesg, options) => tell(logLike(boot, realDmesg, options)),
    sameMemmap: (a, b) => tell(sameMemmap(a, b)),
    everySchedule: (scenario, invariant, options = {}) => tell(everySchedule(scenario, invariant, options)),
  };
}
