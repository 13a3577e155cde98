// Several temporary files take their names, all or none.
import { linkSync, renameSync, rmSync } from 'node:fs';

/** `temporary` lies in the folder of `path`. */
export interface Renaming {
  readonly temporary: string;
  readonly path: string;
}

/**
 * Renames each; where one fails, those before it are as they were. Nothing else of this process runs meanwhile.
 * @throws what the system says
 */
export function renameAll(renamings: readonly Renaming[]): void {
  const undo: (() => void)[] = [];
  try {
    for (const { temporary, path } of renamings) {
      // one that is alone needs no way back
      const back = renamings.length > 1 ? wayBack(path, `${temporary}.old`) : null;
      renameSync(temporary, path);
      if (back !== null) undo.unshift(back);
    }
  } catch (error) {
    for (const back of undo) back();
    throw error;
  } finally {
    for (const { temporary } of renamings) rmSync(`${temporary}.old`, { force: true });
  }
}

/** What makes `path` as it is now; `name` becomes a second name of the file that is there. */
function wayBack(path: string, name: string): () => void {
  try {
    linkSync(path, name);
    return () => renameSync(name, path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return () => rmSync(path, { force: true });
    // a file system without hard links: the new file stays, whole
    return () => undefined;
  }
}
