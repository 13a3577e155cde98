// What init printed on the second serial port: the guest's files, and capture files made of them.

/** Paths and contents; null where init did not come to its end. */
export interface GuestFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly complete: boolean;
}

const BEGIN = '=== BEGIN ';
const FINISH = '=== FINISH';
const ALL_DONE = '=== ALLDONE';

/** Reads the blocks that firmware/init/init.asm prints. */
export function parseGuestFiles(text: string): GuestFiles {
  const files = new Map<string, string>();
  let path: string | null = null;
  let content: string[] = [];
  let complete = false;
  for (const line of text.replaceAll('\r', '').split('\n')) {
    if (line.startsWith(BEGIN)) {
      path = line.slice(BEGIN.length);
      content = [];
    } else if (line === FINISH && path !== null) {
      files.set(path, content.map((l) => `${l}\n`).join(''));
      path = null;
    } else if (line === ALL_DONE) complete = true;
    else if (path !== null) content.push(line);
  }
  return { files, complete };
}

const NODES = '/sys/devices/system/node/';
const CPUS = '/sys/devices/system/cpu/';
const MEMMAP = '/sys/firmware/memmap/';
const PLAIN = ['zoneinfo', 'buddyinfo', 'pagetypeinfo', 'iomem', 'meminfo', 'vmstat', 'cpuinfo'];

/** The files of a capture folder by name, in the format of the captures in test/fixtures/linux. */
export function captureFiles(guest: GuestFiles): Map<string, string> {
  const out = new Map<string, string>();
  for (const name of PLAIN) {
    const text = guest.files.get(`/proc/${name}`);
    if (text !== undefined) out.set(`${name}.txt`, text);
  }
  out.set('nodes.txt', nodesText(guest));
  out.set('firmware_memmap.txt', memmapText(guest));
  return out;
}

function line(guest: GuestFiles, path: string): string {
  return guest.files.get(path)?.trimEnd() ?? '';
}

function nodesText(guest: GuestFiles): string {
  const lines = ['possible', 'online', 'has_memory', 'has_normal_memory', 'has_cpu'].map(
    (name) => `${name}: ${line(guest, NODES + name)}`,
  );
  for (const node of members(guest, NODES, 'cpulist')) {
    for (const name of ['cpulist', 'distance'])
      lines.push(`${node} ${name}: ${line(guest, `${NODES}${node}/${name}`)}`);
    lines.push(line(guest, `${NODES}${node}/meminfo`));
  }
  for (const name of ['possible', 'present', 'online'])
    lines.push(`cpu ${name}: ${line(guest, CPUS + name)}`);
  return lines.join('\n') + '\n';
}

/** Index, start, end, type. */
function memmapText(guest: GuestFiles): string {
  return members(guest, MEMMAP, 'start')
    .map((entry) =>
      [entry, ...['start', 'end', 'type'].map((name) => line(guest, `${MEMMAP}${entry}/${name}`))].join(' '),
    )
    .map((text) => `${text}\n`)
    .join('');
}

/** The names in a folder that have a file `name`, in the order of their numbers. */
function members(guest: GuestFiles, folder: string, name: string): string[] {
  const number = (text: string): number => Number(/\d+/.exec(text)?.[0]);
  return [...guest.files.keys()]
    .filter((path) => path.startsWith(folder) && path.endsWith(`/${name}`))
    .map((path) => path.slice(folder.length, -name.length - 1))
    .sort((a, b) => number(a) - number(b));
}

/** Addresses of the symbols that init found, by name. */
export function symbolsOf(guest: GuestFiles): Map<string, bigint> {
  const symbols = new Map<string, bigint>();
  for (const text of (guest.files.get('/proc/kallsyms') ?? '').split('\n')) {
    const match = /^([0-9a-f]+) \w (\S+)/.exec(text);
    if (match && !symbols.has(match[2] as string)) symbols.set(match[2] as string, BigInt(`0x${match[1]}`));
  }
  return symbols;
}
