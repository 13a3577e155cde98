// Files of this package, from source and from dist.
import { fileURLToPath } from 'node:url';

/** A file of this package, such as images/linux.bin, as a path. */
export function packageFile(name: string): string {
  return fileURLToPath(new URL(name, packageRoot()));
}

/** The package's folder: above src/board in a checkout, above dist where the sources are bundled. */
function packageRoot(): URL {
  const here = import.meta.url;
  const folder = here.endsWith('.ts') ? '/src/board/' : '/dist/';
  return new URL(`${here.slice(0, here.lastIndexOf(folder))}/`);
}
