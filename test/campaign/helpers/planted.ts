// A copy of the package with a fault planted in one file of the model.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../helpers/sources.ts';

/** The copy's folder, below the checkout so that it finds the packages. `dispose` removes it. */
export function plantedCopy(file: string, from: string, to: string): { folder: string; dispose: () => void } {
  mkdirSync(join(ROOT, '.tmp'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.tmp', 'planted-'));
  cpSync(join(ROOT, 'src'), join(folder, 'src'), { recursive: true });
  for (const name of ['images', 'campaigns', 'package.json'])
    symlinkSync(join(ROOT, name), join(folder, name));
  const path = join(folder, file);
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`${file}: "${from}" stands ${parts.length - 1} times`);
  writeFileSync(path, parts.join(to));
  return { folder, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}
