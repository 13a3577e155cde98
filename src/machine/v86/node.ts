// Node's bytes for the board: v86.wasm from the v86 package, images/ from this one. Works from source and from dist.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runBoard } from './board.ts';
import type { BoardConfig, BoardImages, BoardResult } from './board.ts';

let loading: Promise<BoardImages> | undefined;

/** The images, read and compiled once in a process. */
export function nodeBoardImages(): Promise<BoardImages> {
  loading ??= load();
  return loading;
}

async function load(): Promise<BoardImages> {
  const [wasm, firmware] = await Promise.all([
    readFile(fileURLToPath(import.meta.resolve('v86/build/v86.wasm'))),
    readFile(new URL('images/firmware.bin', packageRoot())),
  ]);
  return { v86: await WebAssembly.compile(wasm), firmware };
}

/** The package's folder: above src/machine/v86 in a checkout, above dist where the sources are bundled. */
function packageRoot(): URL {
  const here = new URL('.', import.meta.url);
  return here.pathname.endsWith('/src/machine/v86/') ? new URL('../../../', here) : new URL('../', here);
}

/** runBoard with Node's images and clock. */
export async function runBoardOnNode(
  config: BoardConfig,
  limits: { readonly maxInstructions?: number; readonly maxMs?: number } = {},
): Promise<BoardResult> {
  return runBoard(config, { images: await nodeBoardImages(), now: () => performance.now(), ...limits });
}
