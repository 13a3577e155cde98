// The kernels that --kernel takes: an image's facts, and the version's rules for padata and deferred init.
import { InputError } from '../lib/input-error.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { PADATA_KTASK_V4, PADATA_RFC_2022, PADATA_RFC_2022_CANCEL } from '../kernel/padata/rfc2022/rules.ts';
import type { PadataRules } from '../kernel/padata/rules.ts';
import * as padata from '../kernel/padata/profiles.ts';
import * as deferred from '../mm/deferred/profiles.ts';
import type { DeferredRules } from '../mm/deferred/rules.ts';
import { DEBIAN_5_10 } from './profiles/debian-5.10.ts';
import { DEBIAN_6_1_0_56 } from './profiles/debian-6.1.0-56.ts';

/** One kernel as `boot --kernel` names it. */
export interface BootProfile {
  readonly name: string;
  /** What it is, in one line. */
  readonly about: string;
  readonly kernel: KernelProfile;
  readonly padata: PadataRules;
  readonly deferred: DeferredRules;
}

/** A version's rules on an image whose own facts are not known: the early log is then 6.1's. */
function rulesOnly(name: string, about: string, p: PadataRules, d: DeferredRules): BootProfile {
  return { name, about, kernel: { ...DEBIAN_6_1_0_56, name }, padata: p, deferred: d };
}

/** In the order of their versions. */
export const PROFILES: readonly BootProfile[] = [
  rulesOnly(
    '4.17',
    'growth on demand, interrupts off all the while: jiffies stand still on the boot CPU',
    padata.PADATA_5_8,
    deferred.DEFERRED_4_17,
  ),
  rulesOnly('base', '5.7, before the series: one thread a node', padata.PADATA_5_8, deferred.DEFERRED_BASE),
  rulesOnly('v1', 'the first posting: a job for each free range', padata.PADATA_5_8, deferred.DEFERRED_V1),
  rulesOnly(
    'v2',
    'the second posting, 20 May 2020: whole sections, the rest serial',
    padata.PADATA_5_8,
    deferred.DEFERRED_V2,
  ),
  rulesOnly('5.8', 'the series as it was merged', padata.PADATA_5_8, deferred.DEFERRED_5_8),
  {
    name: '5.10',
    about: "Debian's 5.10: jobs and chunks; the log is 6.1's",
    kernel: DEBIAN_5_10,
    padata: padata.PADATA_5_8,
    deferred: deferred.DEFERRED_5_8,
  },
  rulesOnly(
    'rfc-2022',
    'the RFC of January 2022: errors, undo, priorities',
    PADATA_RFC_2022,
    deferred.DEFERRED_5_8,
  ),
  rulesOnly(
    'rfc-2022-cancel',
    'the same with renice_or_cancel',
    PADATA_RFC_2022_CANCEL,
    deferred.DEFERRED_5_8,
  ),
  rulesOnly(
    'ktask-v4',
    "ktask of November 2018: its jobs, 5.8's deferral",
    PADATA_KTASK_V4,
    deferred.DEFERRED_5_8,
  ),
  {
    name: '6.1',
    about: "Debian's 6.1.0-56-amd64 (6.1.192): every memory line is predicted",
    kernel: DEBIAN_6_1_0_56,
    padata: padata.PADATA_6_1,
    deferred: deferred.DEFERRED_5_8,
  },
  rulesOnly('6.4', 'thread count by alignment, frees whole blocks', padata.PADATA_6_4, deferred.DEFERRED_6_4),
  rulesOnly('6.9', 'works can be spread over nodes', padata.PADATA_6_9, deferred.DEFERRED_6_4),
  rulesOnly('6.12', "Debian's 6.12", padata.PADATA_6_12, deferred.DEFERRED_6_4),
  rulesOnly('6.16', 'the range iterator keeps its place', padata.PADATA_6_12, deferred.DEFERRED_6_16),
  rulesOnly('6.18', 'one job a zone, one pass', padata.PADATA_6_12, deferred.DEFERRED_6_18),
  rulesOnly('7.2', "Debian's 7.2", padata.PADATA_6_12, deferred.DEFERRED_6_18),
];

/** The profile of that name. @throws InputError 'usage' with the names there are */
export function profileNamed(name: string): BootProfile {
  const profile = PROFILES.find((p) => p.name === name);
  if (profile) return profile;
  const names = PROFILES.map((p) => p.name).join(', ');
  throw new InputError('usage', `kernel "${name}": expected one of ${names}`);
}

const DEFAULT_KERNEL = '6.1';

/** The profile asked for, else the one of the machine's own kernel where there is one, else 6.1. @throws InputError 'usage' */
export function profileOfMachine(machineKernel: string | null, wanted: string | null): BootProfile {
  if (wanted !== null) return profileNamed(wanted);
  return PROFILES.find(({ name }) => name === machineKernel) ?? profileNamed(DEFAULT_KERNEL);
}
