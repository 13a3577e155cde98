// npm run profiles -- FOLDER: writes src/kernels/profiles/*.json, the built-in kernels, out of Debian's images. FOLDER has one
// folder for each of Debian's builds (6.1.0-56-amd64 …) with vmlinuz* and config* in it, as the packages linux-image-* have them.
// A name behind it (6.1 7.3 …) makes that one alone.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILTIN_BUILDS } from '../src/kernels/builds.ts';
import { hostZstd } from '../src/kernels/image/host_zstd.ts';
import { readImage } from '../src/kernels/image/read.ts';
import { toKernelFile } from '../src/kernels/kernel_file.ts';
import { MEASURED_PAGES, measuredWith, OF_6_1 } from './measured-pages.ts';

const PROFILES = fileURLToPath(new URL('../src/kernels/profiles', import.meta.url));

/** 6.1's too: what no image shows. */
const SIZES = { sizeofIoTlbSlot: 24, sizeofIoTlbArea: 16 };

const [folder, ...only] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: npm run profiles -- FOLDER [NAME…]');

for (const { name, release } of BUILTIN_BUILDS) {
  if (only.length > 0 && !only.includes(name)) continue;
  const files = readdirSync(join(folder, release)).map((file) => join(folder, release, file));
  const find = (prefix: string): string | undefined =>
    files.find((file) => basename(file).startsWith(prefix));
  const image = find('vmlinuz');
  if (image === undefined) throw new Error(`${release}: no vmlinuz`);
  const config = find('config');
  const read = await readImage(
    new Uint8Array(readFileSync(image)),
    image,
    {
      ...(config === undefined
        ? {}
        : { config: { name: `config-${release}`, text: readFileSync(config, 'utf8') } }),
      hostZstd: hostZstd(),
    },
    { name: '6.1', image: { ...SIZES, earlyPages: MEASURED_PAGES.get(name) ?? OF_6_1 } },
  );
  if (read.release !== release) throw new Error(`${image}: is ${read.release ?? ''}: expected ${release}`);
  // measured with this very build
  const sources = { ...read.sources };
  const guests = measuredWith(name);
  if (guests !== null) sources['image.earlyPages'] = `measured: ${guests}`;
  const text = JSON.stringify(toKernelFile({ ...read, sources }, name), null, 1);
  writeFileSync(join(PROFILES, `${name}.json`), `${text}\n`);
  console.log(`${name}.json: ${release}, ${text.length} bytes`);
}
