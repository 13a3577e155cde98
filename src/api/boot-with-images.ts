// A boot where the caller brings the board's images: for pages and workers of a browser, which have no files.
import { parseHandoff } from '../arch/x86/boot/handoff.ts';
import { earlyBoot, withMaxThreads, type EarlyBoot } from '../boot/early.ts';
import { kernelStart } from '../boot/kernel_place.ts';
import { bootSimulated } from '../boot/simulated.ts';
import { kernelNamed, kernelOfMachine } from '../kernels/named.ts';
import type { LogLine } from '../kernel/printk.ts';
import { InputError } from '../lib/input-error.ts';
import { builtinMachine, type BuiltinMachineName } from '../machine/builtin/list.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { toBoardConfig } from '../machine/spec/to-board.ts';
import { runBoard, type BoardImages } from '../board/board.ts';
import { hookFor } from '../boot/hook.ts';
import { parseMaxThreads } from '../boot/max_threads_text.ts';
import { coreOfCpu } from '../boot/node-summary.ts';
import { Boot } from './boot.ts';
import type { KernelName } from './names.ts';
import { checkOptions, FUNCTION, SEED, TEXT, type OptionRules } from './options.ts';

/** The board's images, and what a boot may have besides its machine. */
export interface BootWithImagesOptions {
  /** What fetchImages() gave, or bytes compiled by the caller. */
  readonly images: BoardImages;
  /** Kernel profile by name; the machine's own kernel, else 6.1. */
  readonly kernel?: KernelName;
  /** Threads a node instead of all its CPUs: a number, `'25%'` or `'cores'`. */
  readonly maxThreads?: number | string;
  /** More kernel parameters. */
  readonly append?: string;
  readonly seed?: number;
  /** Called for each log line as the kernel prints it. */
  readonly onLine?: (line: LogLine) => void;
}

const RULES: OptionRules<BootWithImagesOptions> = {
  images: {
    expected: 'what fetchImages() gives',
    holds: (value) => typeof value === 'object' && value !== null,
  },
  kernel: TEXT,
  maxThreads: {
    expected: "a number or a text such as '25%'",
    holds: (value) => ['number', 'string'].includes(typeof value),
  },
  append: TEXT,
  seed: SEED,
  onLine: FUNCTION,
};

/**
 * Boots a machine on simulated CPUs: a built-in name, or one that machineFromText() made.
 * @throws InputError for an unknown name, a machine that cannot be built, or options that make no sense
 * @throws Bug where the model contradicts itself
 */
export async function bootWithImages(
  machine: BuiltinMachineName | (string & {}) | MachineSpec,
  options: BootWithImagesOptions,
): Promise<Boot> {
  checkOptions('bootWithImages', options, RULES);
  const spec = typeof machine === 'string' ? await builtinMachine(machine) : machine;
  if (spec === null) throw new InputError('usage', `"${String(machine)}": no built-in machine`);
  const { images, kernel, maxThreads, seed, onLine } = options;
  const profile = await (kernel === undefined
    ? kernelOfMachine(spec.kernel, spec.kernelFacts)
    : kernelNamed(kernel));
  const cmdline = [spec.cmdline, options.append ?? ''].filter((part) => part !== '').join(' ');
  const board = await runBoard(toBoardConfig(spec, { cmdline }), { images, now: () => performance.now() });
  const { name, warnings, assumed } = spec;
  const start = kernelStart(spec, profile.kernel, { cmdline });
  const early = earlyBoot(parseHandoff(board.handoff), {
    machine: name,
    profile,
    ...start,
    onLine,
    warnings,
    assumed,
  });
  const chosen =
    maxThreads === undefined ? early : withMaxThreads(early, maxThreadsHook(maxThreads, early, spec));
  return new Boot(bootSimulated(chosen, spec, { seed }));
}

function maxThreadsHook(maxThreads: number | string, early: EarlyBoot, spec: MachineSpec) {
  const hook = parseMaxThreads(String(maxThreads));
  if (hook.kind === 'file') throw new InputError('usage', `maxThreads ${maxThreads}: a page loads no files`);
  return hookFor(hook, coreOfCpu(early, spec));
}

/**
 * The images from a folder of a server: `v86.wasm` (node_modules/v86/build) and `firmware.bin` (this package's images/).
 * @throws InputError 'file' where one is missing there
 */
export async function fetchImages(base: string | URL): Promise<BoardImages> {
  const bytesOf = async (name: string): Promise<ArrayBuffer> => {
    const url = new URL(name, base);
    const response = await fetch(url);
    if (response.ok) return response.arrayBuffer();
    throw new InputError('file', `${url.href}: ${response.status}: expected ${name} there`);
  };
  const [wasm, firmware] = await Promise.all([bytesOf('v86.wasm'), bytesOf('firmware.bin')]);
  return { v86: await WebAssembly.compile(wasm), firmware: new Uint8Array(firmware) };
}

/**
 * The machine of a kernel log or a description (YAML or JSON) as text; `name` is its file's, for messages.
 * @throws InputError with a line that names the place in the text
 */
export async function machineFromText(text: string, name: string): Promise<MachineSpec> {
  const { looksLikeKernelLog } = await import('../machine/import/text.ts');
  if (looksLikeKernelLog(text)) {
    const { machineFromLog } = await import('../machine/import/from-log.ts');
    return machineFromLog(text, { name, origin: { kind: 'log', path: name } });
  }
  const { loadDescription } = await import('../machine/spec/load.ts');
  return loadDescription(text, name, (file) => {
    throw new InputError('file', `${name}: names the file ${file}: a page reads no files beside the text`);
  });
}
