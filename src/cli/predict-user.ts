// earlyboot predict --user: what jobs beyond deferred init would take.
import { InputError } from '../lib/input-error.ts';
import { resolveKernel } from '../kernels/resolve.ts';
import { parseSizeNumber, SIZE_EXPECTED } from '../machine/spec/size.ts';
import { parseThreads } from '../predict/predict.ts';
import { USER_NAMES, type UserName } from '../predict/users/costs.ts';
import { parseHugePage, parseLoad, predictUser, type UserPrediction } from '../predict/users/predict.ts';
import { userText } from '../predict/users/text.ts';
import { answer, textColumns } from './answer.ts';
import { askedBoot } from './asked.ts';
import type { BootChoices } from './boot-options.ts';
import { prepare } from './early-state.ts';
import { printJson, type CliIo } from './io.ts';

export interface UserOptions extends BootChoices {
  readonly user?: string | undefined;
  readonly size?: string | undefined;
  readonly lockedVmCache?: string | undefined;
  readonly node?: string | undefined;
  readonly hugePage?: string | undefined;
  readonly load?: string | undefined;
  readonly cpuQuota?: string | undefined;
  readonly threads?: string | undefined;
  readonly json?: true | undefined;
}

/** The kernel whose padata has jobs for everybody. */
const RUNTIME_KERNEL = 'rfc-2022';
const LOCKED_VM_CACHE = '65536';

/** `predict MACHINE… --user USER --size SIZE` */
export async function predictUsers(io: CliIo, names: readonly string[], options: UserOptions): Promise<void> {
  const user = userNamed(options.user ?? '');
  const sizeBytes = sizeOf(options.size);
  const load = options.load === undefined ? null : parseLoad(options.load);
  const hugePageBytes = parseHugePage(options.hugePage ?? '2M');
  const lockedVmCache = wholeNumber('--locked-vm-cache', options.lockedVmCache ?? LOCKED_VM_CACHE);
  const node = options.node === undefined ? null : wholeNumber('--node', options.node);
  const quotaCpus = options.cpuQuota === undefined ? null : positive('--cpu-quota', options.cpuQuota);
  const kernel = options.kernel ?? (user === 'hugetlb' ? null : RUNTIME_KERNEL);
  const padata = kernel === null || user === 'hugetlb' ? null : (await resolveKernel(kernel, null)).padata;
  if (padata !== null && padata.runtime === undefined)
    throw new InputError(
      'usage',
      `--kernel ${kernel}: its padata has no jobs for ${user}: expected ${RUNTIME_KERNEL}, or another with jobs after boot`,
    );
  const predictions: UserPrediction[] = [];
  for (const name of names) {
    const { machine, boot } = await askedBoot(io, name, { ...options, kernel: kernel ?? undefined });
    const { spec, profile, state } = await prepare(machine, boot);
    predictions.push(
      predictUser({
        ...{ user, sizeBytes, load, hugePageBytes, lockedVmCache, node, quotaCpus, state },
        machine: spec.name,
        kernel: profile.name,
        timing: spec.timing,
        padata: profile.padata,
        threads: parseThreads(options.threads ?? '1,2,4,8,16', state.onlineCpus.length).filter((n) => n > 0),
        builtin: spec.origin.kind === 'builtin',
      }),
    );
  }
  if (options.json === true) printJson(io, { version: 1, predictions });
  else answer(io, predictions.map((one) => userText(one, textColumns(io))).join('\n'));
}

function userNamed(name: string): UserName {
  const found = USER_NAMES.find((known) => known === name);
  if (found) return found;
  throw new InputError('usage', `--user ${name}: expected one of ${USER_NAMES.join(', ')}`);
}

function sizeOf(text: string | undefined): number {
  const bytes = text === undefined ? null : parseSizeNumber(text);
  if (bytes !== null && bytes > 0) return bytes;
  throw new InputError('usage', `--size ${text ?? '(missing)'}: expected ${SIZE_EXPECTED}`);
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InputError('usage', `${option} ${text}: expected a whole number from 0`);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InputError('usage', `${option} ${text}: expected a number of CPUs above 0`);
}
