// kind verify: a captured boot held against the prediction.
import { resolve } from 'node:path';
import { fidelityOf } from '../../ask/verify/fidelity.ts';
import { compareFolder } from '../../ask/verify/folder.ts';
import { bootMachine, DEFAULT_BOOT } from '../../boot/machine.ts';
import { differingLines } from '../../judge/campaign.ts';
import { bootTexts } from '../../machine/import/boots.ts';
import { isFolder } from '../../machine/import/files.ts';
import { logAt } from '../../machine/import/path.ts';
import { resolveMachineName } from '../../machine/resolve.ts';
import type { ItemValues } from '../campaign.ts';
import { Found, needText, textOf, type LoadedKind, type Place, type Ran } from './kind.ts';

async function run(values: ItemValues, place: Place): Promise<Ran> {
  const name = needText(values, 'capture');
  const path = resolve(place.folder, name);
  const folder = await isFolder(path);
  const { path: log, text } = await logAt(path, folder);
  const machine = await resolveMachineName(name, place.folder, folder ? {} : { text });
  const kernel = textOf(values, 'kernel');
  const record = await bootMachine(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline, kernel });
  const fidelity = fidelityOf(bootTexts(text, log, null), record.logLines);
  const differing = differingLines({
    fidelity,
    comparisons: folder ? await compareFolder(path, record) : [],
  });
  if (place.invariants && differing.length > 0) throw new Found(`${differing.length} differ`, differing[0]);
  return { end: 'ok', facts: { fidelity: fidelity.fidelity, differing, record } };
}

export const VERIFY: LoadedKind = { run };
