// A machine out of what the user picked, pasted or dropped; the browser's counterpart of the command line's MACHINE.
import { cut } from '../../lib/cut.ts';
import { InputError } from '../../lib/input-error.ts';
import { builtinMachine } from '../../machine/builtin/list.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import type { MachineSource } from '../protocol.ts';

const LONGEST_TEXT = 64 * 1024 * 1024;

/** A link can name anything. */
function shortened(name: string): string {
  return JSON.stringify(cut(name));
}

/**
 * The machine of `source`.
 * @throws InputError with a line that names the place in the text
 */
export async function machineOf(source: MachineSource): Promise<MachineSpec> {
  if (source.kind === 'builtin') {
    const machine = await builtinMachine(source.name);
    if (machine === null)
      throw new InputError('usage', `“Built-in” ${shortened(source.name)}: there is no machine of this name`);
    return machine;
  }
  const { text, name } = source;
  if (text.trim() === '')
    throw new InputError('file', `${name}: empty: expected a machine description or a kernel log`);
  if (text.length > LONGEST_TEXT)
    throw new InputError('file', `${name}: ${text.length} characters: expected at most ${LONGEST_TEXT}`);
  // loaded when needed: the schema and YAML libraries are larger than the model
  const { looksLikeKernelLog } = await import('../../machine/import/text.ts');
  if (looksLikeKernelLog(text)) {
    const { machineFromLog } = await import('../../machine/import/from-log.ts');
    const short = name.replace(/\.(txt|log|dmesg)$/, '');
    return machineFromLog(text, { name: short, origin: { kind: 'log', path: name } });
  }
  const { loadDescription } = await import('../../machine/spec/load.ts');
  return loadDescription(text, name, (file) => {
    throw new InputError(
      'file',
      `${name}: names the file ${file}: a page reads no files beside the description`,
    );
  });
}
