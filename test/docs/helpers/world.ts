// A folder with all that the pages' commands name: a machine of one's own, its log, records, profiles.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captures } from '../../helpers/captures.ts';
import { cli } from '../../helpers/cli.ts';
import { ROOT } from '../../helpers/sources.ts';

/** A campaign that ends at once. */
const CAMPAIGN = `kind: boot
space: { machine: [tiny-512m], cmdline: ['', mem=300M] }
budget: { items: 2 }
`;

/** Three rows of a published table. */
const MEASURED = [
  { threads: 0, deferredInitMs: 1779 },
  { threads: 1, deferredInitMs: 1717.7 },
  { threads: 52, deferredInitMs: 143.3 },
];

/** Its path; the caller takes it away. */
export async function docsWorld(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-docs-'));
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const [capture] = captures('6.1').filter(({ name }) => name === 'q35-8g-2n-4c');
  if (capture === undefined) throw new Error('no capture q35-8g-2n-4c');
  cpSync(capture.path, join(folder, 'm'), { recursive: true });
  mkdirSync(join(folder, 'captures'));
  symlinkSync(capture.path, join(folder, 'captures', capture.name));
  symlinkSync(join(ROOT, 'examples'), join(folder, 'examples'));
  const log = readFileSync(join(capture.path, 'dmesg.txt'), 'utf8');
  put('dmesg.txt', log);
  put('kern.log', log + log);
  const tiny = await cli(['machines', 'tiny-512m'], { cwd: folder });
  for (const name of ['machine', 'my-machine', 'my-map', 'mine']) put(`${name}.yaml`, tiny.stdout);
  put('my.yaml', CAMPAIGN);
  put('deferred-init-v2.json', JSON.stringify(MEASURED));
  cpSync(join(ROOT, 'src/kernels/profiles/6.1.json'), join(folder, 'mine.json'));
  for (const name of ['run', 'before', 'after'])
    await cli(['boot', 'tiny-512m', '--json', `${name}.json`], { cwd: folder });
  return folder;
}
