// Kernel logs. A log that is taken becomes a machine and its description; deep cases boot it. What else is read out of logs
// (a kernel's profile, a measurement) is read, too.
import { profileNamed } from '../../kernels/profile_named.ts';
import { profileFromLog } from '../../kernels/profile_from_log.ts';
import { InputError } from '../../lib/input-error.ts';
import { bootTexts } from '../../machine/import/boots.ts';
import { machineFromLog } from '../../machine/import/from-log.ts';
import { decodeText, looksLikeKernelLog } from '../../machine/import/text.ts';
import { toBoardConfig } from '../../machine/spec/to-board.ts';
import { toDescription } from '../../machine/spec/to-description.ts';
import { loadDescription } from '../../machine/spec/load.ts';
import { toYaml } from '../../machine/spec/yaml.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import { readLog } from '../../predict/read-log.ts';
import { boot, found, noFiles } from '../boot.ts';
import { checkHandoff } from '../handoff.ts';
import { mutateBytes, mutateLines } from '../make/bytes.ts';
import { logText } from '../make/log.ts';
import { Wrong, type CreateTarget } from '../target.ts';

const PATH = 'case.txt';
const DEEP_EVERY = 20;
const JIFFY_MS = 4;

export const create: CreateTarget = async (corpus) => ({
  deepEvery: DEEP_EVERY,
  generate: (dice) => {
    const kept =
      corpus.length > 0 && dice.oneIn(10) ? new TextDecoder().decode(dice.pick(corpus)) : logText(dice);
    const bytes = new TextEncoder().encode(dice.oneIn(4) ? kept : mutateLines(kept, dice));
    return dice.oneIn(8) ? mutateBytes(bytes, dice) : bytes;
  },
  run: async (bytes, deep) => {
    const text = decodeText(bytes, PATH);
    looksLikeKernelLog(text);
    quietly(() => readLog(text, PATH, null, 4, JIFFY_MS));
    quietly(() => profileFromLog(text.split('\n'), profileNamed('6.1'), 'case', {}));
    bootTexts(text, PATH);
    const spec = machineFromLog(text, { name: 'case', origin: { kind: 'log', path: PATH } });
    toBoardConfig(spec);
    if (!deep) return;
    await asDescription(spec);
    checkHandoff(spec, await found(spec), spec.cmdline);
    await boot(spec);
  },
});

/** A log need not hold everything that can be read out of one. */
function quietly(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
}

/** `import -o` must write what `boot` takes. */
async function asDescription(spec: MachineSpec): Promise<void> {
  await loadDescription(toYaml(toDescription(spec)), 'written.yaml', noFiles).catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    throw new Wrong(`imported and written as a description, it is not read again: ${error.message}`);
  });
}
