// Rebuilds images/ from firmware/ with NASM: npm run firmware. The bytes are committed, with their SHA-256.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../firmware/', import.meta.url));
const IMAGES = fileURLToPath(new URL('../images/', import.meta.url));

/** Whether NASM can be run. */
export function haveNasm(): boolean {
  try {
    execFileSync('nasm', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Assembles everything; the images by file name. @throws with NASM's own message. */
export function buildFirmware(): Map<string, Buffer> {
  const out = mkdtempSync(join(tmpdir(), 'earlyboot-firmware-'));
  try {
    const assemble = (source: string, image: string, ...options: string[]): Buffer => {
      const target = join(out, image);
      const include = [`-I${SOURCES}`, `-I${out}/`];
      execFileSync(
        'nasm',
        ['-f', 'bin', '-Werror', ...include, ...options, '-o', target, join(SOURCES, source)],
        {
          stdio: ['ignore', 'inherit', 'inherit'],
        },
      );
      return readFileSync(target);
    };
    assemble('payload.asm', 'payload.bin'); // the other two take it in
    assemble('rom.asm', 'loadable.bin', '-DLOADABLE');
    return new Map([
      ['firmware.bin', assemble('rom.asm', 'firmware.bin')],
      ['floppy.bin', assemble('floppy.asm', 'floppy.bin')],
      ['linux.bin', assemble('linux.asm', 'linux.bin')],
      ['init-64', assemble('init/init.asm', 'init-64', '-DWIDTH=64')],
      ['init-32', assemble('init/init.asm', 'init-32', '-DWIDTH=32')],
    ]);
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** images/SHA256SUMS for these images, as sha256sum prints it. */
export function checksums(images: ReadonlyMap<string, Uint8Array>): string {
  return [...images]
    .map(([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`)
    .join('');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!haveNasm()) {
    console.error('npm run firmware needs nasm (apt-get install nasm); the built images are in images/');
    process.exit(2);
  }
  const images = buildFirmware();
  mkdirSync(IMAGES, { recursive: true });
  for (const [name, bytes] of images) writeFileSync(join(IMAGES, name), bytes);
  writeFileSync(join(IMAGES, 'SHA256SUMS'), checksums(images));
  process.stdout.write(checksums(images));
}
