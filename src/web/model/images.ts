// The board's images, fetched from beside the page's script and compiled once in a worker.
import { InputError } from '../../lib/input-error.ts';
import type { BoardImages } from '../../board/board.ts';

/** Where `earlyboot page` has them (src/cli/page/parts.ts). */
const WASM = 'v86.wasm';
const FIRMWARE = 'firmware.bin';

/** @throws InputError 'file' where the page was put somewhere without its images */
export async function fetchImages(base: string): Promise<BoardImages> {
  const [wasm, firmware] = await Promise.all([bytesOf(WASM, base), bytesOf(FIRMWARE, base)]);
  return { v86: await WebAssembly.compile(wasm), firmware: new Uint8Array(firmware) };
}

/** What is put beside the page. @throws InputError 'file' where it is not there */
export async function fetchFile(name: string, base: string): Promise<Uint8Array> {
  return new Uint8Array(await bytesOf(name, base));
}

async function bytesOf(name: string, base: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(name, base));
  if (!response.ok)
    throw new InputError(
      'file',
      `${name}: ${response.status}: expected it beside the page (earlyboot page -o DIR puts it there)`,
    );
  return response.arrayBuffer();
}
