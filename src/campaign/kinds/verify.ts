// kind verify: a captured boot held against the prediction.
import { resolve } from 'node:path';
import { differingLines, differs, verdictOn } from '../../ask/verify/verdict.ts';
import { isFolder, readText } from '../../machine/import/files.ts';
import { logOfFolder } from '../../machine/import/path.ts';
import { resolveMachineName } from '../../machine/resolve.ts';
import type { ItemValues } from '../campaign.ts';
import { Found, needText, textOf, type LoadedKind, type Place, type Ran } from './kind.ts';

async function run(values: ItemValues, place: Place): Promise<Ran> {
  const name = needText(values, 'capture');
  const path = resolve(place.folder, name);
  const folder = await isFolder(path);
  const log = folder ? await logOfFolder(path) : path;
  const text = await readText(log, 'log');
  const machine = await resolveMachineName(name, place.folder, folder ? {} : { text });
  const { verdict, record } = await verdictOn(
    { machine, text, log, folder: folder ? path : null },
    { kernel: textOf(values, 'kernel') },
  );
  const differing = differingLines(verdict);
  if (place.invariants && differs(verdict)) throw new Found(`${differing.length} differ`, differing[0]);
  return { end: 'ok', facts: { fidelity: verdict.fidelity.fidelity, differing, record } };
}

export const VERIFY: LoadedKind = { run };
