// What `boot` takes and says for emulated CPUs alone.
import type { BootRun } from '../boot/finish.ts';
import { InputError } from '../lib/input-error.ts';
import { plural } from '../lib/plural.ts';

/** Options that mean nothing but on emulated CPUs. */
export function checkEmulatedOnly(options: {
  readonly cpus: string;
  readonly record?: string | undefined;
  readonly replayCheck?: true | undefined;
  readonly tolerateCpuLoss?: true | undefined;
}): void {
  if (options.cpus === 'emulated') return;
  const given = [
    options.record === undefined ? [] : ['--record'],
    options.replayCheck ? ['--replay-check'] : [],
    options.tolerateCpuLoss ? ['--tolerate-cpu-loss'] : [],
  ].flat();
  if (given.length > 0)
    throw new InputError('usage', `${given.join(' and ')}: expected --cpus emulated, not ${options.cpus}`);
}

/** What was compared; a difference would have ended the run. */
export function replayText({ emulated }: BootRun): string {
  const events = (emulated?.cpus ?? []).reduce((sum, cpu) => sum + cpu.events.length, 0);
  const chunks = emulated?.handOuts.length ?? 0;
  return `earlyboot: replay check: both runs are the same: ${plural(events, 'event')}, ${plural(chunks, 'chunk')}, every log line and struct page\n`;
}
