// Packs captures of real boots into test/fixtures/linux/captures.tar.br.
// usage: npx node tools/pack-fixtures.ts FOLDER, where FOLDER holds VERSION/NAME/dmesg.txt and so on
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { writeTar } from '../test/helpers/tar.ts';

const ARCHIVE = fileURLToPath(new URL('../test/fixtures/linux/captures.tar.br', import.meta.url));
/** Large or of no use to tests: raw struct pages and their index, logs of the capturing tool. */
const LEFT_OUT = [/\/memmap\/.*\.bin$/, /\/memmap\/index\.txt$/, /trace_dmesg_failed\.txt$/];

function filesBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: npx node tools/pack-fixtures.ts FOLDER\n');
  process.exit(2);
}
const files = filesBelow(folder)
  .map((path) => ({ path: relative(folder, path).split(sep).join('/'), from: path }))
  .filter(({ path }) => !LEFT_OUT.some((pattern) => pattern.test(path)))
  .map(({ path, from }) => ({ path, bytes: readFileSync(from) }));
const tar = writeTar(files);
const packed = brotliCompressSync(tar, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: tar.length,
  },
});
writeFileSync(ARCHIVE, packed);
process.stdout.write(`${files.length} files, ${tar.length} bytes, packed ${packed.length}\n`);
