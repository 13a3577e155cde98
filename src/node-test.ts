// `import { earlybootTest } from 'earlyboot/node-test'`: Node's own test runner with boots that are shared, and assertions about early boot.
import nodeTest, { after, type TestContext } from 'node:test';
import type { Machine } from './api/boot-machine.ts';
import type { BootAssertions } from './assert/assertions.ts';
import { SharedBoots, type SharedBootOptions } from './assert/boots.ts';
import { throwingAssertions } from './assert/throwing.ts';

export type { BootAssertions } from './assert/assertions.ts';
export type { SharedBootOptions } from './assert/boots.ts';
export type { ByteRange, ExpectedEntry, ExpectedZone, ReservedBy } from './assert/memory.ts';
export type { ExpectedJob, LogLikeOptions } from './assert/work.ts';

/** A test's `t`. */
export type BootContext = TestContext & BootAssertions;
/** A test's body. */
export type BootTest = (t: BootContext) => void | Promise<void>;

/** node:test's test for early boot. */
export interface EarlybootTest {
  (title: string, body: BootTest): Promise<void>;
  readonly only: (title: string, body: BootTest) => Promise<void>;
  readonly skip: (title: string, body: BootTest) => Promise<void>;
  readonly todo: (title: string, body: BootTest) => Promise<void>;
  /** As `t.boot`. */
  readonly boot: BootAssertions['boot'];
}

/**
 * A test function whose tests share boots; `options` hold for each boot unless it says otherwise. To be called once in a test file,
 * outside of tests: it registers a hook that frees the boots.
 */
export function earlybootTest(options: SharedBootOptions = {}): EarlybootTest {
  const boots = new SharedBoots(options);
  const own = throwingAssertions(boots);
  after(() => boots.dispose());
  const around =
    (body: BootTest) =>
    async (t: TestContext): Promise<void> =>
      body(Object.assign(t, own));
  return Object.assign((title: string, body: BootTest): Promise<void> => nodeTest(title, around(body)), {
    only: (title: string, body: BootTest): Promise<void> => nodeTest.only(title, around(body)),
    skip: (title: string, body: BootTest): Promise<void> => nodeTest.skip(title, around(body)),
    todo: (title: string, body: BootTest): Promise<void> => nodeTest.todo(title, around(body)),
    boot: (machine: Machine, more?: SharedBootOptions) => boots.get(machine, more),
  });
}
