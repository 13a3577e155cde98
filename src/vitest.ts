// `import { earlyboot } from 'earlyboot/vitest'`: a fixture for vitest (3.2 or later) with boots that are shared, and assertions about
// early boot. Nothing of vitest is imported: its `test.extend` takes the fixture.
import type { BootAssertions } from './assert/assertions.ts';
import { SharedBoots, type SharedBootOptions } from './assert/boots.ts';
import { throwingAssertions } from './assert/throwing.ts';

export type { BootAssertions } from './assert/assertions.ts';
export type { SharedBootOptions } from './assert/boots.ts';
export type { ByteRange, ExpectedEntry, ExpectedZone, ReservedBy } from './assert/memory.ts';
export type { ExpectedJob, LogLikeOptions } from './assert/work.ts';

/** What a test finds in its context. */
export interface BootFixture {
  readonly early: BootAssertions;
}

/** As `test.extend` takes it: made once for a test file, ended after its last test. */
export interface EarlybootFixture {
  readonly early: [
    (context: object, use: (early: BootAssertions) => Promise<void>) => Promise<void>,
    { scope: 'file' },
  ];
}

/**
 * The fixture `early`, whose boots are shared by the tests of a file; `options` hold for each boot unless it says otherwise.
 * `const test = base.extend<BootFixture>(earlyboot());` and then `test('…', async ({ early }) => { … })`.
 */
export function earlyboot(options: SharedBootOptions = {}): EarlybootFixture {
  return {
    early: [
      // vitest reads the names between the braces
      async ({}, use) => {
        const boots = new SharedBoots(options);
        await use(throwingAssertions(boots));
        await boots.dispose();
      },
      { scope: 'file' },
    ],
  };
}
