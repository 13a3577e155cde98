// Names for editors to complete: those that there are, and any other text, which may be a path or a version.
import type { ProfileName } from '../kernels/list.ts';
import type { KernelName as KnownKernel } from '../kernels/named.ts';
import type { BuiltinMachineName } from '../machine/builtin/list.ts';
import type { ZoneName as KnownZone } from '../mm/mmzone.ts';
import type { KnownScenario } from '../scenarios/catalogue.ts';

/** `string` alone would swallow the known names. */
type Other = string & {};

/** A machine that comes with earlyboot, or the path of a description, a log or a folder. */
export type MachineName = BuiltinMachineName | Other;
/** A kernel that is built in, another version (`6.8`), or the path of a profile or an image. */
export type KernelName = KnownKernel | Other;
/** A kernel by whose rules padata runs. */
export type RulesName = ProfileName | Other;
/** A scenario that comes with earlyboot: `earlyboot explore` lists them. */
export type ScenarioName = KnownScenario | Other;
/** A zone of x86. */
export type ZoneName = KnownZone | Other;
