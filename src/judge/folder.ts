// Keeps a judgement as a capture folder, as verify and import read them.
import { mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InputError } from '../lib/input-error.ts';
import { fileErrorText } from '../machine/import/file-error.ts';
import type { Placed } from '../machine/spec.ts';
import { toDescription } from '../machine/spec/to-description.ts';
import { toYaml } from '../machine/spec/yaml.ts';
import type { BzImage } from './bzimage.ts';
import { captureFiles } from './guest-files.ts';
import type { Judgement } from './judge.ts';

/** Whose guest it was. */
export interface CaptureFacts {
  readonly image: BzImage;
  readonly qemu: string;
  readonly qemuVersion: string;
}

/**
 * Complains of a folder that cannot become a capture, before anything has run.
 * @throws InputError 'file' where `path` is there and not an empty folder
 */
export async function checkCaptureFolder(path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new InputError('file', `${path}: ${fileErrorText(error)}: expected a new or empty folder`);
  });
  if (names.length > 0) throw new InputError('file', `${path}: is not empty: expected a new or empty folder`);
}

/**
 * Writes the folder, whole or not at all: dmesg.txt, acpi/, machine.json, machine.yaml and what init printed; with a trace also
 * padata.txt and memblock.txt.
 * @throws InputError 'file' where that cannot be
 */
export async function writeCapture(path: string, judgement: Judgement, facts: CaptureFacts): Promise<void> {
  let temporary: string | null = null;
  try {
    await mkdir(dirname(path), { recursive: true });
    temporary = await mkdtemp(`${path}.tmp-`);
    for (const [name, content] of contents(judgement, facts)) {
      await mkdir(dirname(join(temporary, name)), { recursive: true });
      await writeFile(join(temporary, name), content);
    }
    await rmdir(path).catch(() => undefined); // an empty one is replaced; rename complains of any other
    await rename(temporary, path);
  } catch (error) {
    if (temporary !== null) await rm(temporary, { recursive: true, force: true });
    throw new InputError('file', `${path}: cannot be written: ${fileErrorText(error)}`);
  }
}

function contents(judgement: Judgement, facts: CaptureFacts): Map<string, string | Uint8Array> {
  const { guest, trace } = judgement;
  const out = new Map<string, string | Uint8Array>(captureFiles(judgement.guestFiles));
  out.set('dmesg.txt', judgement.log.map((line) => `${line}\n`).join(''));
  out.set('machine.yaml', toYaml(toDescription(guest.spec)));
  out.set('machine.json', machineJson(judgement, facts));
  for (const [name, bytes] of acpiFiles(guest.tables)) out.set(`acpi/${name}`, bytes);
  if (trace !== null) {
    out.set('padata.txt', trace.padata);
    out.set('memblock.txt', trace.memblock);
  }
  return out;
}

function machineJson(judgement: Judgement, facts: CaptureFacts): string {
  const { guest } = judgement;
  const value = {
    name: judgement.name,
    description: guest.spec.about,
    kernel_version: facts.image.versionText,
    initramfs_bytes: guest.spec.initrd?.size ?? 0,
    kernel_cmdline: guest.spec.cmdline,
    qemu_version: facts.qemuVersion,
    qemu: [facts.qemu, ...guest.args],
  };
  return JSON.stringify(value, null, 1) + '\n';
}

const ACPI = 'ACPI ';
const NOT_IN_SYSFS = ['RSDP', 'RSDT', 'XSDT'];

/** Named as in /sys/firmware/acpi/tables; a second table of a signature gets a number. */
function acpiFiles(tables: readonly Placed[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const { bytes, what } of tables) {
    const signature = String.fromCharCode(...bytes.subarray(0, 4));
    if (!what.startsWith(ACPI) || NOT_IN_SYSFS.includes(what.slice(ACPI.length))) continue;
    let name = `${signature}.bin`;
    for (let n = 1; files.has(name); n++) name = `${signature}${n}.bin`;
    files.set(name, bytes);
  }
  return files;
}
