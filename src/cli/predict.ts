// earlyboot predict: what deferred init and boot would take with other thread counts, hooks and kernels.
import { resolve } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { InputError } from '../lib/input-error.ts';
import { compareHooks, type HookRow, type NamedHook } from '../predict/compare-hooks.ts';
import { predictionsCsv } from '../predict/csv.ts';
import { nodeSummaries } from '../boot/node-summary.ts';
import { mostCpus } from '../predict/early-state.ts';
import { HOOK_PRESETS, hookFor } from '../boot/hook.ts';
import { hookText, type MaxThreadsHook } from '../boot/max_threads_text.ts';
import { loadHook } from '../boot/load-hook.ts';
import { parseThreads, predict, type Prediction } from '../predict/predict.ts';
import { publishedFor } from '../predict/published/v2.ts';
import { hooksText, predictionText } from '../predict/text.ts';
import { answer, textColumns } from './answer.ts';
import { askedBoot } from './asked.ts';
import { bootOptions } from './boot-options.ts';
import { sayWarnings } from './booted.ts';
import { prepare, type Prepared } from './early-state.ts';
import { printJson, warn, type CliIo } from './io.ts';
import { predictKhos, type KhoOptions } from './predict-kho.ts';
import { restart } from './predict-restart.ts';
import { predictSlowBoots } from './predict-slow-boot.ts';
import { predictUsers, type UserOptions } from './predict-user.ts';
import { checkOutputs, writeOutput } from './write.ts';
import { progressOn } from './progress.ts';

const HELP = `
MACHINE is what boot takes. The table has the form of the one published with the series; every figure is the model's. What
the machine's timing lacks comes from its CPU generation (docs/timing.md); earlyboot calibrate fits it to measurements.

--max-threads takes a number, a share (25%), cores, or a .ts or .js file that exports
deferredPageInitMaxThreads(nodeCpumask, machine): its result is compared with the presets. --arch generic is one thread a node.

Examples:
  earlyboot predict skylake-768g --kernel v2
  earlyboot predict skylake-768g haswell-256g --threads all --svg curves.svg
  earlyboot predict skylake-768g --compare-hooks --max-threads my-hook.ts
  earlyboot predict skylake-768g --slow-boot --append page_poison=1
  earlyboot predict skylake-768g --keep-guests 80
  earlyboot predict skylake-768g --user vfio-pin --size 128G --threads 1,8,16 --locked-vm-cache 0`;

interface Options extends UserOptions, KhoOptions {
  readonly kho?: true | undefined;
  readonly compareHooks?: true | undefined;
  readonly csv?: true | undefined;
  readonly svg?: string | undefined;
}

/** `predict MACHINE… [options]` */
export function predictCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description('Predicts boot and deferred init with other thread counts.')
    .argument('<machine...>', 'built-in name, description, kernel log, folder, or - for stdin')
    .option(
      '--threads <list>',
      'thread counts (1,2,4), or all; the published table’s shares where it is left out',
    )
    .option('--compare-hooks', 'compare the caps that were proposed over the years')
    .option('--keep-guests <percent>', 'a fast restart that keeps this share of memory for guests')
    .option('--user <job>', 'another job than deferred init: vfio-pin, hugetlb, pmem or munmap')
    .option('--size <size>', 'memory of that job, such as 128G')
    .option('--locked-vm-cache <pages>', 'vfio-pin: pages that a thread accounts in advance (65536)')
    .option('--huge-page <size>', 'hugetlb: 2M or 1G (2M)')
    .option('--node <n>', 'memory and threads of the job on this node')
    .option('--load <name:threads>', 'another program beside the job; :seconds of work a thread (60)')
    .option('--cpu-quota <cpus>', 'CPUs that the group of the caller may use')
    .option('--kho', 'a restart that hands memory over (KHO): scratch, what is preserved, what is left')
    .option('--kho-scratch <sizes>', 'kho_scratch= of that: 200%, or lowmem,global,node sizes')
    .option('--slow-boot', 'what of early boot grows with memory: why it takes seconds or minutes')
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .option('--svg <file>', 'write the curves as SVG; - for stdout instead of the table');
  return bootOptions(command)
    .addHelpText('after', HELP)
    .action(async (names, options) => {
      if (options.json === true && options.csv === true)
        throw new InputError('usage', '--json and --csv: expected one of them');
      if (options.user !== undefined) return predictUsers(io, names, options);
      if (options.slowBoot === true) return predictSlowBoots(io, names, options);
      if (options.kho === true) return predictKhos(io, names, options);
      await checkOutputs(io, [options.svg]);
      if (options.keepGuests !== undefined) return restart(io, names, options);
      if (options.compareHooks === true || options.maxThreads !== undefined) return hooks(io, names, options);
      return curves(io, names, options);
    });
}

async function each<T>(
  io: CliIo,
  names: readonly string[],
  options: Options,
  run: (prepared: Prepared) => T | Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (const name of names) {
    const { machine, boot } = await askedBoot(io, name, options);
    const prepared = await prepare(machine, boot);
    sayWarnings(io, prepared.early.moments.warnings, machine);
    if (nodeSummaries(prepared.state).length === 0)
      warn(io, `${prepared.spec.name}: no struct pages are deferred; threads change nothing`);
    results.push(await run(prepared));
  }
  return results;
}

async function curves(io: CliIo, names: readonly string[], options: Options): Promise<void> {
  const predictions = await each(io, names, options, (prepared) => {
    const { spec, profile, state } = prepared;
    const progress = progressOn(io, spec.name);
    const prediction = predict({
      machine: spec.name,
      kernel: profile.name,
      state,
      timing: spec.timing,
      threads: options.arch === 'generic' ? [1] : parseThreads(options.threads, mostCpus(state)),
      published: spec.origin.kind === 'builtin' ? publishedFor(spec.name) : undefined,
      onProgress: (done, of) => progress.update(done, of, { unit: 'thread counts' }),
    });
    progress.done();
    return prediction;
  });
  if (options.svg !== undefined) await writeOutput(io, options.svg, await svgOf(predictions));
  if (options.svg !== '-') print(io, predictions, options);
}

function print(io: CliIo, predictions: readonly Prediction[], options: Options): void {
  if (options.json === true) printJson(io, { version: 1, predictions });
  else if (options.csv === true) io.stdout(predictionsCsv(predictions));
  else answer(io, predictions.map((one) => predictionText(one, textColumns(io))).join('\n'));
}

/** The chart library is loaded when it is asked for. */
async function svgOf(predictions: readonly Prediction[]): Promise<string> {
  const { curveSvg } = await import('../report/curve.ts');
  return curveSvg(
    predictions.flatMap(({ machine, rows }) =>
      rows.map(({ threads, deferredInitMs: { value, low, high }, published }) => ({
        machine,
        threads,
        ms: value,
        lowMs: low,
        highMs: high,
        publishedMs: published?.deferredInitMs ?? null,
      })),
    ),
  );
}

async function hooks(io: CliIo, names: readonly string[], options: Options): Promise<void> {
  const own = options.maxThreads ?? null;
  const tables = await each(io, names, options, async (prepared) => {
    const { spec, profile, state } = prepared;
    const presets: NamedHook[] =
      options.compareHooks === true || own?.kind === 'file'
        ? HOOK_PRESETS.map(({ name, about, hook }) => ({ name, about, hook: hook(state.coreOfCpu) }))
        : [];
    const given: NamedHook[] = own ? [await namedHook(io, own, prepared)] : [];
    const rows: HookRow[] = compareHooks(state, spec.timing, [...presets, ...given]);
    return { machine: spec.name, kernel: profile.name, source: 'model' as const, rows };
  });
  if (options.json === true) printJson(io, { version: 1, hooks: tables });
  else
    answer(
      io,
      tables.map(({ machine, kernel, rows }) => hooksText(machine, kernel, rows, textColumns(io))).join('\n'),
    );
}

async function namedHook(
  io: CliIo,
  own: MaxThreadsHook,
  { state, hookMachine }: Prepared,
): Promise<NamedHook> {
  const hook =
    own.kind === 'file'
      ? await loadHook(resolve(io.cwd, own.path), hookMachine)
      : hookFor(own, state.coreOfCpu);
  return { name: hookText(own), about: 'as given', hook };
}
