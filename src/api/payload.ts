// One's own boot sector or flat binary on a described machine: what it said, which ports it touched, how it ended.
import { InputError } from '../lib/input-error.ts';
import { toBoardConfig } from '../machine/spec/to-board.ts';
import { nodeBoardImages } from '../board/node.ts';
import { loadable, runPayload, type PayloadLimits, type PayloadRun } from '../board/payload.ts';
import { resolveMachine, type Machine } from './boot-machine.ts';
import { checkOptions, SIGNAL, TEXT, WHOLE_FROM_1, type OptionRules } from './options.ts';

export type { PayloadEnd, PayloadEvent, PayloadLimits, PayloadRun } from '../board/payload.ts';

/** Limits of a payload's run, and what it finds. */
export interface RunPayloadOptions extends PayloadLimits {
  /** The command line that fw_cfg names, instead of the machine's. */
  readonly cmdline?: string;
}

const RULES: OptionRules<RunPayloadOptions> = {
  maxInstructions: WHOLE_FROM_1,
  maxMs: { expected: 'milliseconds from 0 on', holds: (value) => typeof value === 'number' && value >= 0 },
  cmdline: TEXT,
  signal: SIGNAL,
};

/**
 * Runs a payload in our payload's place, with the map and the tables of `machine`: a boot sector (512 bytes ending in 55 AA) at
 * 0000:7C00, anything else at 2000:0000, in real mode, at most 64 KiB. Ports are listed in docs/handoff.md; a write to 0xF4 or a HLT ends
 * the run. The guest has 16 MiB of RAM whatever the map says.
 * @throws InputError 'guest' for a payload that is empty or too long, 'file' for a path that cannot be read, and as
 * bootMachine() for the machine; the signal's reason
 */
export async function runOnMachine(
  machine: Machine,
  payload: Uint8Array | string,
  options: RunPayloadOptions = {},
): Promise<PayloadRun> {
  checkOptions('runOnMachine', options, RULES);
  options.signal?.throwIfAborted();
  const spec = await resolveMachine(machine);
  const bytes = typeof payload === 'string' ? await bytesOf(payload) : payload;
  const loaded = loadable(bytes);
  if (loaded === null)
    throw new InputError('guest', `payload of ${bytes.length} bytes: expected 1 to 65536 bytes`);
  const config = toBoardConfig(spec, options.cmdline === undefined ? {} : { cmdline: options.cmdline });
  const host = {
    images: await nodeBoardImages(),
    now: () => performance.now(),
    pause: () => new Promise<void>((resolve) => setImmediate(resolve)),
  };
  options.signal?.throwIfAborted();
  return runPayload({ ...config, payload: loaded }, host, options);
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const { readInput } = await import('../machine/import/read-input.ts');
  return readInput(path, 'bios');
}
