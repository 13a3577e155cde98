// Reads what `import` and `boot` are pointed at: a kernel log, or a folder with one and what people keep beside it.
import { basename } from 'node:path';
import type { MachineSpec } from '../spec.ts';
import { cpuFromCpuinfo } from './cpuinfo.ts';
import { readText } from './files.ts';
import { machineFromLog, type ImportExtras } from './from-log.ts';
import { chooseConfig, chooseImage } from './folder/config.ts';
import { chooseLog, type FolderLog } from './folder/log.ts';
import { readMachineJson } from './folder/machine-json.ts';
import { filesIn } from './folder/places.ts';
import { readTables } from './folder/tables.ts';

export type ImportOptions = Pick<ImportExtras, 'cpuCount' | 'boot' | 'initrdSize'>;

/**
 * The machine of a folder: its log, the ACPI tables, cpuinfo for CPU features, the command line where the log lost it, the kernel's
 * configuration, machine.json for the name and the QEMU CPU model and the initramfs' exact size: the log's RAMDISK line rounds to
 * whole pages, a moved initrd is printed to the byte. folder/places.ts says where they are looked for.
 * @throws InputError 'file', 'log' or 'acpi'
 */
export async function machineFromFolder(path: string, options: ImportOptions = {}): Promise<MachineSpec> {
  const files = await filesIn(path);
  const [log, tables, about, cpu, cmdline, iomem] = await Promise.all([
    chooseLog(files.logs),
    readTables(files.acpi),
    files.machineJson === null ? null : readMachineJson(files.machineJson),
    files.cpuinfo === null ? null : readText(files.cpuinfo, 'cpuinfo').then(cpuFromCpuinfo),
    files.cmdline === null ? null : readText(files.cmdline, 'description').then((text) => text.trim()),
    files.iomem === null ? null : readText(files.iomem, 'iomem'),
  ]);
  const spec = machineFromLog(log.text, {
    ...options,
    name: about?.name ?? basename(path),
    about: about?.description ?? '',
    origin: { kind: 'capture', path: log.path },
    tables,
    cpu: cpu ?? about?.qemu.cpu ?? null,
    cmdline,
    iomem,
    sockets: about?.qemu.sockets ?? null,
    initrdSize: options.initrdSize ?? about?.initramfsBytes ?? null,
  });
  const config = chooseConfig(files.configs, spec.kernel);
  return {
    ...spec,
    kernelConfig: config.path,
    kernelImage: chooseImage(files.images, spec.kernel),
    warnings: [...log.warnings, ...config.warnings, ...spec.warnings],
  };
}

/** The machine of a log file. */
export function machineFromLogFile(path: string, text: string, options: ImportOptions = {}): MachineSpec {
  const name = basename(path)
    .replace(/\.(?:gz|xz|zst)$/, '')
    .replace(/\.(?:txt|log|dmesg)$/, '');
  return machineFromLog(text, { ...options, name, origin: { kind: 'log', path } });
}

/** The kernel log of a folder. @throws InputError 'file' where it has none */
async function logOfFolder(path: string): Promise<FolderLog> {
  const { logs } = await filesIn(path);
  return chooseLog(logs);
}

/** The kernel log at `path`: a file or pipe, or, where it is a `folder`, the folder's. @throws InputError 'file' */
export async function logAt(path: string, folder: boolean): Promise<Pick<FolderLog, 'path' | 'text'>> {
  return folder ? logOfFolder(path) : { path, text: await readText(path, 'log') };
}
