// The captures of real boots, unpacked once into .tmp/ and found by kernel version and machine name.
// test/fixtures/linux/README.md tells what they are and how they are packed.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { readTar } from './tar.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ARCHIVE = join(ROOT, 'test/fixtures/linux/captures.tar.br');

export interface Capture {
  /** Kernel: `6.1`, `6.1-large`, `5.10`, `6.12`, `7.2`. */
  readonly version: string;
  readonly name: string;
  /** The folder with dmesg.txt, acpi/, padata.txt, memblock.txt, … */
  readonly path: string;
}

/** The folder that holds them all, VERSION/NAME/. Unpacking takes some 0.2 s, once for each version of the archive. */
export function capturesFolder(): string {
  const packed = readFileSync(ARCHIVE);
  const hash = createHash('sha256').update(packed).digest('hex').slice(0, 12);
  const folder = join(ROOT, '.tmp', `captures-${hash}`);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const partial = mkdtempSync(`${folder}-`);
  for (const { path, bytes } of readTar(brotliDecompressSync(packed))) {
    mkdirSync(dirname(join(partial, path)), { recursive: true });
    writeFileSync(join(partial, path), bytes);
  }
  try {
    renameSync(partial, folder);
  } catch (error) {
    // another test process was faster
    if (!existsSync(folder)) throw error;
    rmSync(partial, { recursive: true });
  }
  return folder;
}

/** Every capture, or those of one kernel, sorted by name. */
export function captures(version?: string): Capture[] {
  const folder = capturesFolder();
  const versions = version === undefined ? readdirSync(folder).sort() : [version];
  return versions.flatMap((v) =>
    readdirSync(join(folder, v))
      .sort()
      .map((name) => ({ version: v, name, path: join(folder, v, name) })),
  );
}

/** One capture by name, such as capture('6.1', 'q35-8g-2n-4c'). */
export function capture(version: string, name: string): Capture {
  const path = join(capturesFolder(), version, name);
  if (!existsSync(path)) throw new Error(`no capture ${version}/${name}`);
  return { version, name, path };
}

/** A file of a capture as text. */
export function captureText(from: Capture, file: string): string {
  return readFileSync(join(from.path, file), 'utf8');
}
