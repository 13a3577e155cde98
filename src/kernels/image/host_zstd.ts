// The host's own zstd, which is several times faster than one in JavaScript.
import * as zlib from 'node:zlib';
import type { HostZstd } from './payload.ts';

/** The window of `zstd --ultra -22`, which the kernel's build uses: 128 MiB. */
const WINDOW_LOG = 27;

/** Node has zstd from 22.15 on; undefined before. */
export function hostZstd(): HostZstd | undefined {
  if (typeof zlib.zstdDecompressSync !== 'function') return undefined;
  const params = { [zlib.constants.ZSTD_d_windowLogMax]: WINDOW_LOG };
  return (data, size) => {
    const out = zlib.zstdDecompressSync(data, {
      maxOutputLength: size,
      chunkSize: Math.max(size, 64),
      params,
    });
    return new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
  };
}
