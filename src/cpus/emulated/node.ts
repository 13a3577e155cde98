// Node's bytes for the SMP machine: v86.wasm patched and compiled once in a process.
import { availableParallelism } from 'node:os';
import { keepDeadCode } from '../../board/dead-code.ts';
import { firmwareImage, v86Wasm } from '../../board/node.ts';
import { patchV86 } from '../../board/patch.ts';
import { windowModules } from '../../board/window.ts';
import { SmpMachine } from './machine.ts';
import type { SmpImages, SmpOptions } from './options.ts';

let loading: Promise<SmpImages> | undefined;

/** The images, read, patched and compiled once in a process. */
export function nodeSmpImages(): Promise<SmpImages> {
  keepDeadCode();
  loading ??= load();
  return loading;
}

async function load(): Promise<SmpImages> {
  const v86 = await WebAssembly.compile(patchV86(v86Wasm()));
  return { v86, window: windowModules(), firmware: await firmwareImage() };
}

/** What the host supplies by itself. */
export type SmpNodeOptions = Omit<SmpOptions, 'images' | 'workers' | 'now'> & { readonly workers?: number };

/** SmpMachine.create with Node's images and clock, and as many workers as the host has cores. */
export async function createSmpMachine(options: SmpNodeOptions): Promise<SmpMachine> {
  const images = await nodeSmpImages();
  return SmpMachine.create({
    ...{ workers: availableParallelism(), ...options, images },
    now: () => performance.now(),
  });
}
