// `import { earlybootTest } from 'earlyboot/ava'`: AVA's test with boots that are shared, and assertions about early boot.
import avaTest, { type ExecutionContext, type TestFn } from 'ava';
import type { Machine } from './api/boot-machine.ts';
import { assertions, type BootAssertions } from './assert/assertions.ts';
import type { Finding } from './assert/finding.ts';
import { SharedBoots, type SharedBootOptions } from './assert/boots.ts';

export type { BootAssertions } from './assert/assertions.ts';
export type { SharedBootOptions } from './assert/boots.ts';
export type { ByteRange, ExpectedEntry, ExpectedZone, ReservedBy } from './assert/memory.ts';
export type { ExpectedJob, LogLikeOptions } from './assert/work.ts';

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
      body(Object.assign(t, assertions(tellTo(t), boots)));
  return Object.assign((title: string, body: BootTest): void => avaTest(title, around(body)), {
    serial: (title: string, body: BootTest): void => avaTest.serial(title, around(body)),
    only: (title: string, body: BootTest): void => avaTest.only(title, around(body)),
    failing: (title: string, body: BootTest): void => avaTest.failing(title, around(body)),
    skip: (title: string, body: BootTest): void => avaTest.skip(title, around(body)),
    ava: avaTest,
    boot: (machine: Machine, more?: SharedBootOptions) => boots.get(machine, more),
  });
}

/** A pass or a failure in `t`; AVA ends the test at a failure. */
const tellTo =
  (t: ExecutionContext) =>
  (finding: Finding): boolean => {
    if (finding === null) t.pass();
    else t.fail(finding);
    return finding === null;
  };
