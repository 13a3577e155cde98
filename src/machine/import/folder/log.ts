// Which log of a folder is read: sosreport and hw-probe keep several, and what dmesg still had may have lost its beginning.
import { InputError } from '../../../lib/input-error.ts';
import { readText } from '../files.ts';

/** A folder's log, and what the reader should be told of the choice. */
export interface FolderLog {
  readonly path: string;
  readonly text: string;
  readonly warnings: readonly string[];
}

const HAS_MAP = /BIOS-e820: /;

/**
 * The first of `logs` that has a firmware map; else the first that can be read, whose reader says what is wrong with it.
 * @throws InputError 'file' where none can be read
 */
export async function chooseLog(logs: readonly string[]): Promise<FolderLog> {
  let first: FolderLog | null = null;
  const passed: string[] = [];
  let failure: InputError | null = null;
  for (const path of logs) {
    try {
      const text = await readText(path, 'log');
      const warnings = passed.map((other) => `${other} has no firmware map: ${path} is read`);
      if (HAS_MAP.test(text)) return { path, text, warnings };
      first ??= { path, text, warnings: [] };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failure ??= error;
    }
    passed.push(path);
  }
  if (first !== null) return first;
  throw failure ?? new InputError('file', 'no kernel log');
}
