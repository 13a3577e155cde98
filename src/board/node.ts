// Node's bytes for the board: v86.wasm from the v86 package, images/ from this one. Works from source and from dist.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runBoardWithBios } from './bios.ts';
import { runBoard } from './board.ts';
import type { BoardConfig, BoardImages, BoardResult } from './board.ts';

/** Bounds of the watchdog, as in BoardOptions. */
export interface BoardLimits {
  readonly maxInstructions?: number;
  readonly maxMs?: number;
}

let loading: Promise<BoardImages> | undefined;

/** The images, read and compiled once in a process. */
export function nodeBoardImages(): Promise<BoardImages> {
  loading ??= load();
  return loading;
}

async function load(): Promise<BoardImages> {
  const [wasm, firmware] = await Promise.all([
    readFile(fileURLToPath(import.meta.resolve('v86/build/v86.wasm'))),
    firmwareImage(),
  ]);
  return { v86: await WebAssembly.compile(wasm), firmware };
}

/** A file of this package, such as images/linux.bin, as a path. */
export function packageFile(name: string): string {
  return fileURLToPath(new URL(name, packageRoot()));
}

/** images/firmware.bin. */
export function firmwareImage(): Promise<Uint8Array> {
  return readFile(new URL('images/firmware.bin', packageRoot()));
}

/** The package's folder: above src/board in a checkout, above dist where the sources are bundled. */
function packageRoot(): URL {
  const here = import.meta.url;
  const folder = here.endsWith('.ts') ? '/src/board/' : '/dist/';
  return new URL(`${here.slice(0, here.lastIndexOf(folder))}/`);
}

/** runBoard with Node's images and clock. */
export async function runBoardOnNode(config: BoardConfig, limits: BoardLimits = {}): Promise<BoardResult> {
  return runBoard(config, { images: await nodeBoardImages(), now: () => performance.now(), ...limits });
}

/** runBoardWithBios with Node's images and clock. */
export async function runBoardWithBiosOnNode(
  config: BoardConfig,
  bios: Uint8Array,
  limits: BoardLimits = {},
): Promise<BoardResult> {
  const floppy = await readFile(new URL('images/floppy.bin', packageRoot()));
  const images = { ...(await nodeBoardImages()), floppy };
  return runBoardWithBios(config, bios, { images, now: () => performance.now(), ...limits });
}
