// `import { earlybootTest } from 'earlyboot/ava'`: AVA's test with boots that are shared, and assertions about early boot.
import avaTest, { type ExecutionContext, type TestFn } from 'ava';
import type { Machine } from './api/boot-machine.ts';
import type { Boot } from './api/boot.ts';
import type { Invariant, ScheduleOptions, ThreadScenario } from './api/schedules.ts';
import { SharedBoots, type SharedBootOptions } from './ava/boots.ts';
import type { Finding } from './ava/finding.ts';
import {
  firmwareMap,
  reserved,
  sameMemmap,
  zone,
  type ByteRange,
  type ExpectedEntry,
  type ExpectedZone,
  type ReservedBy,
} from './ava/memory.ts';
import { everySchedule, jobs, logLike, type ExpectedJob, type LogLikeOptions } from './ava/work.ts';
import type { Nid } from './lib/units.ts';
import type { Scenario } from './machine/sim/explore/scenario.ts';

export type { SharedBootOptions } from './ava/boots.ts';
export type { ByteRange, ExpectedEntry, ExpectedZone, ReservedBy } from './ava/memory.ts';
export type { ExpectedJob, LogLikeOptions } from './ava/work.ts';

/** What `t` has beside AVA's own. Each assertion counts as one and returns whether it held. */
export interface BootAssertions {
  /** A boot that all tests of the file share. @throws as bootMachine() */
  boot(machine: Machine, options?: SharedBootOptions): Promise<Boot>;
  /** The firmware's map is this one: lines as the kernel prints them, or { start, end, type }, in firmware order. */
  firmwareMap(boot: Boot, expected: readonly ExpectedEntry[]): boolean;
  /** Every byte of { start, size } is reserved at memblock_free_all; `by` names the function or boot step that took it. */
  reserved(boot: Boot, range: ByteRange, options?: ReservedBy): boolean;
  /** The node has the zone, with these page frames and pages. */
  zone(boot: Boot, node: Nid, name: string, expected?: ExpectedZone): boolean;
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

/** A test's `t`. */
export type BootContext = ExecutionContext & BootAssertions;
/** A test's body. */
export type BootTest = (t: BootContext) => void | Promise<void>;

/** AVA's test for early boot. */
export interface EarlybootTest {
  (title: string, body: BootTest): void;
  readonly serial: (title: string, body: BootTest) => void;
  readonly only: (title: string, body: BootTest) => void;
  readonly failing: (title: string, body: BootTest) => void;
  readonly skip: (title: string, body: BootTest) => void;
  /** AVA's own test, for hooks and whatever else. */
  readonly ava: TestFn;
  /** As `t.boot`. */
  readonly boot: BootAssertions['boot'];
}

/**
 * A test function whose tests share boots; `options` hold for each boot unless it says otherwise. To be called once in a test file,
 * outside of tests: it registers a hook that frees the boots.
 */
export function earlybootTest(options: SharedBootOptions = {}): EarlybootTest {
  const boots = new SharedBoots(options);
  avaTest.after.always('free the boots', () => boots.dispose());
  const around =
    (body: BootTest) =>
    async (t: ExecutionContext): Promise<void> =>
      body(Object.assign(t, assertions(t, boots)));
  return Object.assign((title: string, body: BootTest): void => avaTest(title, around(body)), {
    serial: (title: string, body: BootTest): void => avaTest.serial(title, around(body)),
    only: (title: string, body: BootTest): void => avaTest.only(title, around(body)),
    failing: (title: string, body: BootTest): void => avaTest.failing(title, around(body)),
    skip: (title: string, body: BootTest): void => avaTest.skip(title, around(body)),
    ava: avaTest,
    boot: (machine: Machine, more?: SharedBootOptions) => boots.get(machine, more),
  });
}

/** The assertions, each of which passes or fails in `t`. */
function assertions(t: ExecutionContext, boots: SharedBoots): BootAssertions {
  const tell = (finding: Finding): boolean => {
    if (finding === null) t.pass();
    else t.fail(finding);
    return finding === null;
  };
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
