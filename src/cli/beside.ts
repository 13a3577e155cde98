// A machine on the command line that is a real boot: its log, and what lies beside the log.
import { dirname, join, resolve } from 'node:path';
import { readText, isFile, isFolder } from '../machine/import/files.ts';
import { bootTexts } from '../machine/import/boots.ts';
import { logAt } from '../machine/import/path.ts';
import { looksLikeKernelLog } from '../machine/import/text.ts';
import type { MachineSpec } from '../machine/spec.ts';
import type { CliIo } from './io.ts';

/** The log's lines and /proc/meminfo; null where there is none. */
export interface RealBoot {
  readonly log: readonly string[];
  readonly meminfo: string | null;
}

const MEMINFO_NAMES = ['meminfo.txt', 'meminfo'];

/** What `argument`, which has become `machine`, has of a real boot; null for descriptions, built-in machines and stdin. */
export async function realBoot(
  io: CliIo,
  argument: string,
  machine: MachineSpec,
  boot: number | undefined,
): Promise<RealBoot | null> {
  const { kind } = machine.origin;
  if ((kind !== 'log' && kind !== 'capture') || argument === '-') return null;
  const path = resolve(io.cwd, argument);
  const folder = await isFolder(path);
  const { path: log, text } = await logAt(path, folder);
  if (!looksLikeKernelLog(text)) return null;
  const meminfo = await firstText(dirname(log));
  return { log: bootTexts(text, log, boot ?? null), meminfo };
}

async function firstText(folder: string): Promise<string | null> {
  for (const name of MEMINFO_NAMES) {
    const path = join(folder, name);
    if (await isFile(path)) return readText(path, 'log');
  }
  return null;
}
