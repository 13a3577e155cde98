// Node's bytes for the board: v86.wasm from the v86 package, images/ from this one. Works from source and from dist.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runBoard } from './board.ts';
import type { BoardImages, BoardResult } from './board.ts';
import type { BoardConfig } from './config.ts';
import { keepDeadCode } from './dead-code.ts';
import { packageFile } from './package_file.ts';

/** Bounds of the watchdog, as in BoardOptions. */
export interface BoardLimits {
  readonly maxInstructions?: number;
  readonly maxMs?: number;
}

let loading: Promise<BoardImages> | undefined;

/** The images, read and compiled once in a process. */
export function nodeBoardImages(): Promise<BoardImages> {
  keepDeadCode();
  return images();
}

function images(): Promise<BoardImages> {
  loading ??= load();
  return loading;
}

async function load(): Promise<BoardImages> {
  return { v86: await WebAssembly.compile(v86Wasm()), firmware: await firmwareImage() };
}

/** v86.wasm of the v86 package. */
export function v86WasmPath(): string {
  return fileURLToPath(import.meta.resolve('v86/build/v86.wasm'));
}

/** Its bytes. Read at once: nothing else is to be done before, and a thread pool would only have to be started. */
export function v86Wasm(): Uint8Array<ArrayBuffer> {
  return readFileSync(v86WasmPath());
}

/** images/firmware.bin. */
export async function firmwareImage(): Promise<Uint8Array> {
  return readFileSync(packageFile('images/firmware.bin'));
}

/** What a process does around each run of the board, its compilation included where it is the first. */
type Around = <T>(run: () => Promise<T>) => Promise<T>;

let around: Around = (run) => {
  keepDeadCode();
  return run();
};

/** For a process that is its owner's: see Around. It has to keep dead code itself. */
export function aroundBoardRuns(wrap: Around): void {
  around = wrap;
}

/** runBoard with Node's images and clock. */
export async function runBoardOnNode(config: BoardConfig, limits: BoardLimits = {}): Promise<BoardResult> {
  return around(async () =>
    runBoard(config, { images: await images(), now: () => performance.now(), ...limits }),
  );
}

/** runBoardWithBios with Node's images and clock. */
export async function runBoardWithBiosOnNode(
  config: BoardConfig,
  bios: Uint8Array,
  limits: BoardLimits = {},
): Promise<BoardResult> {
  // loaded only where it is needed: most boots have no BIOS of their own
  const { runBoardWithBios } = await import('./bios.ts');
  const floppy = await readFile(packageFile('images/floppy.bin'));
  const images = { ...(await nodeBoardImages()), floppy };
  return runBoardWithBios(config, bios, { images, now: () => performance.now(), ...limits });
}
