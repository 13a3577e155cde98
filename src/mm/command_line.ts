// Mirrors setup_command_line, unknown_bootoption and print_unknown_bootoptions of init/main.c (v6.1). It lies in mm
// because each of them costs memory.
import { panic } from '../kernel/panic.ts';
import { allocOrPanic } from './alloc_or_panic.ts';
import type { Param } from '../kernel/params.ts';
import type { KnownParams } from '../kernel/profile.ts';
import type { BootContext } from './context.ts';

const SMP_CACHE_BYTES = 64;
/** COMMAND_LINE_SIZE: what x86 keeps of the command line, with the final zero. */
export const COMMAND_LINE_SIZE = 2048;
/** CONFIG_INIT_ENV_ARG_LIMIT: more unknown options than this make the kernel panic later, and print nothing here. */
const INIT_ENV_ARG_LIMIT = 32;
/** Variables that init always gets: an option of the same name takes the place of the default. */
const INIT_ENVIRONMENT: readonly string[] = ['HOME', 'TERM'];
/** Parameters that are names of sysctls (sysctl_aliases of fs/proc/proc_sysctl.c). */
const SYSCTL_ALIASES: readonly string[] = [
  'hardlockup_all_cpu_backtrace',
  'hung_task_panic',
  'numa_zonelist_order',
  'softlockup_all_cpu_backtrace',
];
const BOOTLOADER_MARKS: readonly string[] = ['BOOT_IMAGE=', 'kexec'];

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Two copies of the command line: as it was given, and one that the parser cuts up. */
export function setupCommandLine(ctx: BootContext): void {
  const size = Math.min(byteLength(ctx.params.cmdline) + 1, COMMAND_LINE_SIZE);
  for (const site of ['start_kernel#saved-command-line', 'start_kernel#static-command-line'])
    allocOrPanic(ctx, size, SMP_CACHE_BYTES, site, 'setup_command_line');
}

const underscored = (text: string): string => text.replaceAll('-', '_');

function spelled({ name, value }: Param): string {
  return value === null ? name : `${name}=${value}`;
}

/** Whether the kernel itself takes the parameter, so that init does not get it. */
export function isKnownParam(known: KnownParams, param: Param): boolean {
  const name = underscored(param.name);
  const line = underscored(spelled(param));
  // thousands of names for each parameter: most are told apart without a copy of them
  const same = (candidate: string): boolean =>
    candidate.length === name.length && underscored(candidate) === name;
  if (known.core.some(same) || SYSCTL_ALIASES.includes(param.name)) return true;
  if (BOOTLOADER_MARKS.some((mark) => spelled(param).startsWith(mark))) return true;
  if (known.early.some(same) || param.name.includes('.')) return true;
  return known.setup.some((setup) => {
    if (setup.length > line.length || (setup[0] !== line[0] && setup[0] !== '-')) return false;
    const prefix = underscored(setup);
    return known.wholeSetup.includes(setup) ? line === prefix : line.startsWith(prefix);
  });
}

/** What init gets; `tooMany` says which table overflowed, with the option that did it (panic_later, panic_param). */
export interface InitOptions {
  readonly texts: readonly string[];
  readonly tooMany: { readonly what: 'init' | 'env'; readonly option: string } | null;
}

/** What init gets beside its defaults: arguments without a value first, then environment variables, each in order. */
export function unknownOptions(known: KnownParams, params: readonly Param[]): InitOptions {
  const args: string[] = [];
  const environment = new Map<string, string>();
  for (const param of params) {
    // init= and rdinit= drop the arguments before them
    if (/^(rd)?init$/.test(param.name) && param.value !== null) args.length = 0;
    else if (isKnownParam(known, param)) continue;
    else if (param.value === null) {
      if (args.length === INIT_ENV_ARG_LIMIT) return overflow('init', param);
      args.push(param.name);
    } else {
      // HOME= and TERM= stand in the first two places, which are not looked at
      if (INIT_ENVIRONMENT.includes(param.name)) continue;
      if (environment.size + INIT_ENVIRONMENT.length > INIT_ENV_ARG_LIMIT) return overflow('env', param);
      environment.set(param.name, spelled(param));
    }
  }
  return { texts: [...args, ...environment.values()], tooMany: null };
}

const overflow = (what: 'init' | 'env', param: Param): InitOptions => ({
  texts: [],
  tooMany: { what, option: spelled(param) },
});

/**
 * Once the console is up the kernel says that init would get too much (start_kernel, panic_later).
 * @throws KernelPanic
 */
export function panicLater(ctx: BootContext): void {
  const { tooMany } = unknownOptions(ctx.profile.image.params, ctx.params.list);
  if (tooMany) throw panic(ctx.printk, `Too many boot ${tooMany.what} vars at \`${tooMany.option}'`);
}

/** Prints what goes to init; the text is made in memory that is given back at once. */
export function printUnknownBootoptions(ctx: BootContext): void {
  if (ctx.profile.rules.unknownOptions === 'silent') return;
  const { texts: unknown } = unknownOptions(ctx.profile.image.params, ctx.params.list);
  if (unknown.length === 0) return;
  const size = unknown.reduce((sum, text) => sum + 1 + byteLength(text), 1);
  const at = ctx.memblock.alloc(size, SMP_CACHE_BYTES, 'start_kernel#unknown-options');
  if (!at) {
    ctx.printk.print(`print_unknown_bootoptions: Failed to allocate ${size} bytes`, 3);
    return;
  }
  const text = unknown.join(' ');
  ctx.printk.print(`Unknown kernel command line parameters "${text}", will be passed to user space.`, 5);
  ctx.memblock.free(at, size, 'start_kernel#unknown-options-free');
}
