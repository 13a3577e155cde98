// Where the files of a machine lie in the folders that people have: the README's recipe, sosreport's, hw-probe's (hw.info), a copy of
// parts of /. The first place that has the file counts.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../../lib/input-error.ts';
import { fileErrorText } from '../file-error.ts';

/** A folder below the given one, and the names that a file may have in it, the best first. */
interface Place {
  readonly folder: string;
  readonly names: readonly RegExp[];
}

const at = (folder: string, ...names: readonly RegExp[]): Place => ({ folder, names });
/** A log as it is, or packed. */
const log = (name: string): RegExp => new RegExp(`^${name}(?:\\.gz|\\.xz|\\.zst)?$`);

/** Newest boot first; what holds one boot from its beginning before what holds many. */
const LOGS: readonly Place[] = [
  at('', log('dmesg\\.txt'), log('dmesg'), log('dmesg\\.log'), log('kern\\.log'), log('console\\.log')),
  at('', log('journalctl'), log('journal(?:ctl)?\\.(?:txt|log)')),
  at('logs', log('dmesg')),
  at('sos_commands/kernel', log('dmesg'), log('dmesg_-T')),
  at('sos_commands/general', log('dmesg_now'), log('dmesg')),
  at('var/log', log('dmesg')),
  at('sos_commands/logs', /^journalctl_--no-pager(?:_--catalog)?_--boot$/),
  at('var/log', log('kern\\.log'), log('messages'), log('syslog')),
  at('logs', log('dmesg\\.1')),
];
const CPUINFO = [at('', /^cpuinfo\.txt$/, /^cpuinfo$/), at('proc', /^cpuinfo$/), at('logs', /^cpuinfo$/)];
const CMDLINE = [at('', /^cmdline\.txt$/, /^cmdline$/), at('proc', /^cmdline$/)];
const ZONEINFO = [at('', /^zoneinfo\.txt$/, /^zoneinfo$/), at('proc', /^zoneinfo$/)];
const IOMEM = [at('', /^iomem\.txt$/, /^iomem$/), at('proc', /^iomem$/), at('logs', /^iomem$/)];
const CONFIG_NAMES = [/^config-\d\S*$/, /^config$/, /^config\.gz$/, /^config\.txt$/];
const CONFIG = [at('', ...CONFIG_NAMES), at('boot', /^config-\d\S*$/), at('proc', /^config\.gz$/)];
const IMAGE_NAMES = [/^vmlinu[xz]-\d\S*$/];
const IMAGES = [at('', ...IMAGE_NAMES), at('boot', ...IMAGE_NAMES)];
const MACHINE_JSON = [at('', /^machine\.json$/)];
/** Folders of tables: copied from /sys/firmware/acpi/tables, or written by acpixtract. `cp -r` may have put the folder itself in it. */
const TABLE_FOLDERS = [
  'acpi/tables',
  'acpi',
  'tables',
  'sys/firmware/acpi/tables',
  'firmware/acpi/tables',
] as const;
/** What acpidump printed. */
const DUMP_NAMES = [
  /^acpi$/,
  /^acpidump$/,
  /^acpidump\.(?:txt|out|log|dump)$/,
  /^acpi\.(?:txt|out|log|dump)$/,
];
const DUMPS = [at('', ...DUMP_NAMES), at('logs', ...DUMP_NAMES), at('sos_commands/acpi', ...DUMP_NAMES)];
/** What acpixtract and `acpidump -b` write into the folder where they are called. */
const EXTRACTED = /^[a-z0-9_!-]{2,8}\.dat$/i;

/** What a folder has; paths of files, null for none. */
export interface FolderFiles {
  /** Kernel logs, the best first. */
  readonly logs: readonly string[];
  readonly cpuinfo: string | null;
  readonly cmdline: string | null;
  readonly zoneinfo: string | null;
  readonly iomem: string | null;
  /** The kernel's configuration; of several all, sorted. */
  readonly configs: readonly string[];
  /** Images of kernels, by the release in their names. */
  readonly images: readonly string[];
  readonly machineJson: string | null;
  /** Files with ACPI tables: one each, or acpidump's text. */
  readonly acpi: readonly string[];
}

/** How deep a folder is looked for that holds nothing but another: an archive unpacked. */
const MOST_WRAPPED = 2;

/**
 * What is where in `folder`, or in the one folder that it holds.
 * @throws InputError 'file' where it cannot be read, or no log is found
 */
export async function filesIn(folder: string): Promise<FolderFiles> {
  let root = folder;
  for (let depth = 0; ; depth++) {
    const listing = new Listing(root);
    const logs = await listing.all(LOGS);
    if (logs.length > 0) return filesOf(listing, logs);
    const inner = depth < MOST_WRAPPED ? await listing.onlyFolder() : null;
    if (inner === null)
      throw new InputError(
        'file',
        `${folder}: expected a folder with dmesg.txt, or with a kernel log where sosreport or hw-probe put it; acpi/ beside it for the tables`,
      );
    root = inner;
  }
}

async function filesOf(listing: Listing, logs: readonly string[]): Promise<FolderFiles> {
  const first = async (places: readonly Place[]): Promise<string | null> =>
    (await listing.all(places))[0] ?? null;
  return {
    logs,
    cpuinfo: await first(CPUINFO),
    cmdline: await first(CMDLINE),
    zoneinfo: await first(ZONEINFO),
    iomem: await first(IOMEM),
    configs: await listing.all(CONFIG),
    images: await listing.all(IMAGES),
    machineJson: await first(MACHINE_JSON),
    acpi: await tablesIn(listing),
  };
}

/** Of the first place that has any. */
async function tablesIn(listing: Listing): Promise<readonly string[]> {
  for (const folder of TABLE_FOLDERS) {
    const files = (await listing.files(folder)).filter((name) => !name.startsWith('.')).sort();
    if (files.length > 0) return files.map((name) => listing.path(folder, name));
  }
  const dumps = await listing.all(DUMPS);
  if (dumps[0] !== undefined) return [dumps[0]];
  return (await listing.files(''))
    .filter((name) => EXTRACTED.test(name))
    .sort()
    .map((name) => listing.path('', name));
}

/** The names below a folder, each folder read once. */
class Listing {
  readonly #root: string;
  readonly #read = new Map<string, Promise<{ readonly files: string[]; readonly folders: string[] }>>();

  constructor(root: string) {
    this.#root = root;
  }

  path(folder: string, name: string): string {
    return join(this.#root, folder, name);
  }

  async files(folder: string): Promise<readonly string[]> {
    return (await this.#names(folder)).files;
  }

  /** The folder in the root, where there is one and nothing else but files. */
  async onlyFolder(): Promise<string | null> {
    const { folders } = await this.#names('');
    return folders.length === 1 ? join(this.#root, folders[0] ?? '') : null;
  }

  /** Every file at one of `places`, in their order. */
  async all(places: readonly Place[]): Promise<string[]> {
    const found: string[] = [];
    for (const { folder, names } of places) {
      const files = await this.files(folder);
      for (const name of names)
        found.push(...files.filter((file) => name.test(file)).map((file) => this.path(folder, file)));
    }
    return found;
  }

  async #names(folder: string): Promise<{ readonly files: string[]; readonly folders: string[] }> {
    let names = this.#read.get(folder);
    if (names === undefined)
      this.#read.set(folder, (names = namesIn(join(this.#root, folder), folder === '')));
    return names;
  }
}

/** Symbolic links count as files: reading one says where it leads. A folder that is not there has nothing, unless it is asked for. */
async function namesIn(
  path: string,
  asked: boolean,
): Promise<{ readonly files: string[]; readonly folders: string[] }> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (!asked && (code === 'ENOENT' || code === 'ENOTDIR')) return [];
    throw new InputError('file', `${path}: ${fileErrorText(error)}`);
  });
  const names = (folders: boolean): string[] =>
    entries.filter((entry) => entry.isDirectory() === folders).map((entry) => entry.name);
  return { files: names(false).sort(), folders: names(true).sort() };
}
