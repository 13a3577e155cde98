// earlyboot profile: the facts of a kernel, out of its image, or out of a log with memblock=debug of any machine that it booted on.
import { resolve } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { earlyBoot } from '../boot/early.ts';
import type { BootProfile } from '../kernels/list.ts';
import { kernelNamed, kernelOfMachine } from '../kernels/named.ts';
import { InputError } from '../lib/input-error.ts';
import { callersFromLog, isDebugLog, profileFromLog } from '../kernels/profile_from_log.ts';
import { DEFAULT_BOOT, discover } from '../boot/machine.ts';
import { bootTexts } from '../machine/import/boots.ts';
import { logAt } from '../machine/import/path.ts';
import { isFolder, isLogFile, readText } from '../machine/import/files.ts';
import { toJson, type CliIo } from './io.ts';
import { resolveMachine } from './machine.ts';
import { bootNumber, LOG_OPTIONS } from './options.ts';
import { checkOutputs, writeOutput } from './write.ts';
import { plural } from '../lib/plural.ts';

const HELP = `
FILE is a kernel image for x86-64 (vmlinuz, bzImage or vmlinux), a kernel log, or a folder with dmesg.txt and acpi/. An image says
nearly everything, a log of a boot with memblock=debug much, an ordinary log what it prints of itself: sizes, options, changes that
distributions took back. Facts that a log does not show are the base profile's. With an image, LOG is a
log of the same kernel: where it shows something else than the image says, the log is right.

Examples:
  earlyboot profile /boot/vmlinuz-6.8.0 --config /boot/config-6.8.0 -o mine.json
  earlyboot profile dmesg.txt -o mine.json        the facts of the kernel that printed this log
  earlyboot boot laptop-16g --kernel mine.json    boot another machine with it
  earlyboot verify dmesg.txt --kernel mine.json   how well it predicts its own log`;

const DEFAULT_BASE = '6.1';

interface ProfileOptions {
  readonly output: string;
  readonly base?: string | undefined;
  readonly name?: string | undefined;
  readonly boot?: number | undefined;
  readonly config?: string | undefined;
  readonly systemMap?: string | undefined;
}

/** `profile FILE [LOG] -o FILE` */
export function profileCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Makes a kernel profile of a kernel image, or of a kernel log.')
    .argument('<file>', 'kernel image, kernel log, folder of a captured boot, or - for stdin')
    .argument('[log]', 'log of the same kernel, for what its image does not say')
    .option('-o, --output <file>', 'where to write it; - for stdout', '-')
    .option('--config <file>', "the kernel's configuration, such as /boot/config-6.8.0 (for an image)")
    .option('--system-map <file>', "the kernel's System.map, for an image without kallsyms")
    .option(
      '--base <profile>',
      "built-in profile for the version's rules and what the log does not show: 6.1, or the nearest to an ordinary log",
    )
    .option('--name <name>', 'name of the profile')
    .option('--boot <n>', LOG_OPTIONS.boot, bootNumber)
    .addHelpText('after', HELP)
    .action(async (argument, log, options) => {
      await checkOutputs(io, [options.output]);
      if (argument !== '-') {
        const path = resolve(io.cwd, argument);
        const { fileForm } = await import('../kernels/image/node.ts');
        const form = (await isFolder(path)) ? 'text' : await fileForm(path);
        if (form === 'image' || (form === 'binary' && !(await isLogFile(path))))
          return fromImage(io, argument, log, options);
      }
      if (log !== undefined || options.config !== undefined || options.systemMap !== undefined)
        throw new InputError(
          'usage',
          `${argument}: no kernel image: LOG, --config and --system-map go with one`,
        );
      await fromLog(io, argument, options);
    });
}

/** Everything that the image says; `log` corrects it. */
async function fromImage(
  io: CliIo,
  argument: string,
  log: string | undefined,
  options: ProfileOptions,
): Promise<void> {
  const { readImageFile } = await import('../kernels/image/node.ts');
  const { toKernelFile } = await import('../kernels/kernel_file.ts');
  const { correctedByLog } = await import('../kernels/corrected.ts');
  const inCwd = (file: string | undefined) => (file === undefined ? undefined : resolve(io.cwd, file));
  const read = await readImageFile(
    resolve(io.cwd, argument),
    { config: inCwd(options.config), systemMap: inCwd(options.systemMap) },
    io.env,
  );
  const profile =
    log === undefined ? read : correctedByLog(read, await readText(resolve(io.cwd, log), 'log'), log);
  const file = toKernelFile(profile, options.name ?? profile.name);
  await writeOutput(io, options.output, `${JSON.stringify(file, null, 1)}\n`);
  const assumed = Object.entries(file.sources).filter(([, from]) => from.startsWith('assumed'));
  io.stderr(
    `earlyboot: ${file.release}: ${Object.keys(file.callSites).length} functions that call memblock, ` +
      `${profile.image.params.early.length + profile.image.params.setup.length} parameters` +
      `${assumed.length === 0 ? '' : `; assumed: ${assumed.map(([fact]) => fact).join(', ')}`}\n`,
  );
}

async function fromLog(io: CliIo, argument: string, options: ProfileOptions): Promise<void> {
  const path = argument === '-' ? argument : resolve(io.cwd, argument);
  const folder = await isFolder(path);
  const { path: log, text } = await logAt(path, folder);
  const raw = bootTexts(text, log, options.boot ?? null);
  if (!isDebugLog(raw)) return fromOrdinaryLog(io, raw, log, options);
  const base = await kernelNamed(options.base ?? DEFAULT_BASE);
  const first = profileFromLog(raw, base, options.name ?? 'image', {});
  const machine = await resolveMachine(
    io,
    argument,
    folder ? { boot: options.boot } : { boot: options.boot, text },
  );
  const params = await discover(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline });
  const { x86 } = earlyBoot(params, { machine: machine.name, profile: withSiteIds(base) });
  const predicted = x86.ctx.printk.lines.map((line) => line.text);
  const callers = callersFromLog(raw, predicted);
  await writeOutput(io, options.output, toJson({ ...first, callers }));
  io.stderr(
    `earlyboot: ${plural(Object.keys(first.image).length, 'fact')} and ${plural(Object.keys(callers).length, 'call site')} found; ` +
      `everything else is the base's (${base.name})\n`,
  );
}

/** What a log without memblock=debug tells, over the nearest kernel; what it cannot tell is said. */
async function fromOrdinaryLog(
  io: CliIo,
  raw: readonly string[],
  path: string,
  options: ProfileOptions,
): Promise<void> {
  const release = raw
    .map((line) => /Linux version (\S+)/.exec(line)?.[1])
    .find((found) => found !== undefined);
  const base = await (options.base === undefined
    ? kernelOfMachine(release ?? null)
    : kernelNamed(options.base));
  const file = profileFromLog(raw, base, options.name ?? release ?? path, {});
  await writeOutput(io, options.output, toJson(file));
  const { config = {}, has = [], lacks = [] } = file.facts ?? {};
  io.stderr(
    `earlyboot: ${Object.keys(file.image).length} sizes, ${Object.keys(config).length} options and ` +
      `${has.length + lacks.length} changes found; an ordinary log lacks where the image stands, sizes of structs, parameters and ` +
      `call sites: they are those of ${base.kernel.release ?? base.name} (a boot with memblock=debug, or the image, tells)\n`,
  );
}

/** The base with each call site printed as its id. */
function withSiteIds(base: BootProfile): BootProfile {
  const callers = Object.fromEntries(Object.keys(base.kernel.image.callers).map((id) => [id, id]));
  return { ...base, kernel: { ...base.kernel, image: { ...base.kernel.image, callers } } };
}
