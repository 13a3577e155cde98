// Reads what `import` and `boot` are pointed at: a kernel log, or a folder with dmesg.txt and acpi/.
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InputError } from '../../lib/input-error.ts';
import type { MachineSpec } from '../spec.ts';
import { machineFromLog, type ImportExtras } from './from-log.ts';
import { cpuFromCpuinfo } from './cpuinfo.ts';
import { isFile, readText } from './files.ts';
import { fileErrorText } from './file-error.ts';
import { readInput } from './read-input.ts';
import { factsOfQemuArgs, type QemuFacts } from './qemu-args.ts';
import type { TableFile } from './tables.ts';

const CPUINFO_NAMES = ['cpuinfo.txt', 'cpuinfo'];
const LOG_NAMES = ['dmesg.txt', 'dmesg', 'dmesg.log', 'kern.log', 'console.log'];
const PACKED = ['', '.gz', '.xz', '.zst'];
const ACPI_HEADER_SIZE = 36;

export type ImportOptions = Pick<ImportExtras, 'cpuCount' | 'boot' | 'initrdSize'>;

/**
 * The machine of a folder: dmesg.txt, the tables in acpi/, cpuinfo.txt for CPU features, iomem.txt for the kernel's place, machine.json for the name and the
 * QEMU CPU model and the initramfs' exact size: the log's RAMDISK line rounds to whole pages, a moved initrd is printed to the byte.
 * @throws InputError 'file' or 'log'
 */
export async function machineFromFolder(path: string, options: ImportOptions = {}): Promise<MachineSpec> {
  const names = await namesIn(path);
  const log = logIn(names, path);
  const cpuinfo = CPUINFO_NAMES.find((name) => names.includes(name));
  const [text, tables, about, cpu, iomem] = await Promise.all([
    readText(log, 'log'),
    names.includes('acpi') ? readTables(join(path, 'acpi')) : [],
    names.includes('machine.json') ? readMachineJson(join(path, 'machine.json')) : null,
    cpuinfo === undefined ? null : readText(join(path, cpuinfo), 'cpuinfo').then(cpuFromCpuinfo),
    names.includes('iomem.txt') ? readText(join(path, 'iomem.txt'), 'iomem') : null,
  ]);
  return machineFromLog(text, {
    ...options,
    name: about?.name ?? basename(path),
    about: about?.description ?? '',
    origin: { kind: 'capture', path: log },
    tables,
    iomem,
    cpu: cpu ?? about?.qemu.cpu ?? null,
    sockets: about?.qemu.sockets ?? null,
    initrdSize: options.initrdSize ?? about?.initramfsBytes ?? null,
  });
}

/** The machine of a log file. */
export function machineFromLogFile(path: string, text: string, options: ImportOptions = {}): MachineSpec {
  const name = basename(path)
    .replace(/\.(?:gz|xz|zst)$/, '')
    .replace(/\.(?:txt|log|dmesg)$/, '');
  return machineFromLog(text, { ...options, name, origin: { kind: 'log', path } });
}

/** The kernel log of a folder. @throws InputError 'file' where it has none */
export async function logOfFolder(path: string): Promise<string> {
  return logIn(await namesIn(path), path);
}

function logIn(names: readonly string[], path: string): string {
  for (const name of LOG_NAMES) {
    const found = PACKED.map((ending) => name + ending).find((file) => names.includes(file));
    if (found !== undefined) return join(path, found);
  }
  throw new InputError('file', `${path}: expected a folder with dmesg.txt, and with acpi/ for the tables`);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    throw new InputError('file', `${folder}: ${fileErrorText(error)}`);
  });
}

async function readTables(folder: string): Promise<TableFile[]> {
  const names = await namesIn(folder);
  // `cp -r` into a folder that was there already puts the folder itself in it
  if (names.includes('tables') && !(await isFile(join(folder, 'tables'))))
    return readTables(join(folder, 'tables'));
  const tables: TableFile[] = [];
  for (const name of names.filter((n) => !n.startsWith('.')).sort()) {
    const file = join(folder, name);
    if (!(await isFile(file))) continue;
    const bytes = await readInput(file, 'table');
    checkTable(bytes, file);
    tables.push({ name, bytes });
  }
  return tables;
}

/** A file that is no table at all; wrong checksums and lengths are for the guest to find. */
function checkTable(bytes: Uint8Array, file: string): void {
  const signature = String.fromCharCode(...bytes.subarray(0, 4));
  const says = bytes.length < 8 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  // a name is any four characters, such as ASF!; one that is not of the usual ones is a table where its length is right
  const named =
    /^[A-Z0-9_]{3}[A-Z0-9_ ]$/.test(signature) || (/^[ -~]{4}$/.test(signature) && says === bytes.length);
  const shortest = signature === 'FACS' ? 8 : signature === 'RSD ' ? 20 : ACPI_HEADER_SIZE;
  if (bytes.length < shortest || !named) {
    const found = bytes.length < 4 ? `${bytes.length} bytes` : JSON.stringify(signature);
    throw new InputError(
      'acpi',
      `${file}: starts with ${found}: expected an ACPI table, as in /sys/firmware/acpi/tables`,
    );
  }
}

interface MachineJson {
  readonly initramfsBytes: number | null;
  readonly name: string | null;
  readonly description: string;
  readonly qemu: QemuFacts;
}

async function readMachineJson(path: string): Promise<MachineJson> {
  const text = await readText(path, 'description');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError('syntax', `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const record: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {};
  const args = Array.isArray(record['qemu']) ? record['qemu'].filter((a) => typeof a === 'string') : [];
  const size = record['initramfs_bytes'];
  return {
    name: typeof record['name'] === 'string' ? record['name'] : null,
    initramfsBytes: Number.isSafeInteger(size) && Number(size) > 0 ? Number(size) : null,
    description: typeof record['description'] === 'string' ? record['description'] : '',
    qemu: factsOfQemuArgs(args),
  };
}
