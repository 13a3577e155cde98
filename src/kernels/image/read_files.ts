// Files that belong to an image.
import type { HostZstd } from './payload.ts';

/** Other files of the same kernel, with their names for messages. */
export interface ImageFiles {
  readonly config?: { readonly name: string; readonly text: string } | undefined;
  readonly systemMap?: { readonly name: string; readonly text: string } | undefined;
  readonly hostZstd?: HostZstd | undefined;
}
