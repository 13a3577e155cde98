// machine.json beside a log: the machine's name, QEMU's arguments, the initramfs' size.
import { InputError } from '../../../lib/input-error.ts';
import { readText } from '../files.ts';
import { factsOfQemuArgs, type QemuFacts } from '../qemu-args.ts';

export interface MachineJson {
  readonly initramfsBytes: number | null;
  readonly name: string | null;
  readonly description: string;
  readonly qemu: QemuFacts;
}

/** @throws InputError 'syntax' where it is no JSON */
export async function readMachineJson(path: string): Promise<MachineJson> {
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
