// A copy of /proc/cpuinfo, or the file itself, as --cpu takes it.
import { InputError } from '../../lib/input-error.ts';
import type { CpuFeatures } from '../spec.ts';
import { cpuFromCpuinfo } from './cpuinfo.ts';
import { readText } from './files.ts';

/** @throws InputError 'file' where it cannot be read or has no line of flags */
export async function cpuFromCpuinfoFile(path: string): Promise<CpuFeatures> {
  const cpu = cpuFromCpuinfo(await readText(path, 'cpuinfo'));
  if (cpu === null)
    throw new InputError('file', `${path}: no line of flags: expected a copy of /proc/cpuinfo`);
  return cpu;
}
