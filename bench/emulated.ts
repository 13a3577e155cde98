// Emulated CPUs: npx node bench/emulated.ts [ROUNDS]. How long they take to come up and what they take of memory; what a struct
// page costs in the guest, and what a second CPU gains; deferred init as a whole. CPU time of the process beside wall time:
// on a host with other work only the former says much, and ratios come from rounds in pairs.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { GiB, PAGES_PER_SECTION, SECTION_SIZE } from '../src/lib/units.ts';
import { benchShape } from '../src/cpus/threads/bench.ts';
import { bringUpEmulatedCpus } from '../src/cpus/emulated/bring-up.ts';
import { COMMANDS, WINDOW_BASE } from '../src/cpus/emulated/layout.ts';
import { createSmpMachine } from '../src/cpus/emulated/node.ts';
import { runOnEmulatedCpus } from '../src/cpus/emulated/run.ts';
import { DEFERRED_5_8 } from '../src/mm/deferred/profiles.ts';
import { Memmap } from '../src/mm/memmap.ts';
import { median } from './median.ts';

const BRING_UP = '--bring-up';
const PAGES = 1 << 20;
const WARM_UP = 3;

interface Times {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function timed(work: () => Promise<void>): Promise<Times> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - start, cpuMs: (user + system) / 1000 };
}

const cpusOf = (count: number) => Array.from({ length: count }, (_, apicId) => ({ apicId }));

/** How many cores the host gave. */
function cores({ wallMs, cpuMs }: Times): number {
  return cpuMs / wallMs;
}

/** The median of the pairs' ratios. */
function gain(pairs: readonly { readonly one: Times; readonly two: Times }[]): string {
  if (pairs.length === 0) return 'unknown';
  return median(pairs.map(({ one, two }) => one.wallMs / two.wallMs)).toFixed(2);
}

/** In a process of its own, whose memory is measured. */
async function bringUp(count: number): Promise<void> {
  const before = process.memoryUsage().rss;
  const cpus = cpusOf(count).map((cpu) => ({ ...cpu, node: 0, present: true }));
  const { wallMs, cpuMs } = await timed(async () => {
    const { machine } = await bringUpEmulatedCpus({ cpus });
    const rss = process.memoryUsage().rss;
    const mb = (bytes: number): string => (bytes / 1e6).toFixed(0);
    console.log(`${count} CPUs: process of ${mb(rss)} MB, ${mb(rss - before)} MB of it the machine's;`);
    await machine.kill();
  });
  console.log(`    ${(cpuMs / 1000).toFixed(2)} CPU-s, ${wallMs.toFixed(0)} ms of wall time`);
}

/** One command for each of `count` CPUs: together all pages. */
function pagesOn(count: number, command: number) {
  return (cpu: number): [number, number, number[]] => {
    const first = Math.floor((PAGES * cpu) / count);
    const end = Math.floor((PAGES * (cpu + 1)) / count);
    return [cpu, command, [end - first, WINDOW_BASE + first * 64, 0, 0, 0x100, 0]];
  };
}

async function guestPages(rounds: number): Promise<void> {
  const bytes = PAGES * 64;
  const banks = [new WebAssembly.Memory({ initial: bytes / 65536, maximum: bytes / 65536, shared: true })];
  const machine = await createSmpMachine({ cpus: cpusOf(2), banks, direct: true });
  await machine.startOthers();
  const pass = (count: number, command: number): Promise<Times> =>
    timed(async () => {
      const commands = Array.from({ length: count }, (_, cpu) => pagesOn(count, command)(cpu));
      await Promise.all(commands.map((args) => machine.command(...args)));
    });
  for (const [name, command] of [
    ['SSE', COMMANDS.pagesSse],
    ['plain', COMMANDS.pagesPlain],
  ] as const) {
    for (let i = 0; i < WARM_UP; i += 1) for (const count of [1, 2]) await pass(count, command);
    const ones: Times[] = [];
    const twos: Times[] = [];
    for (let i = 0; i < rounds; i += 1) {
      ones.push(await pass(1, command));
      twos.push(await pass(2, command));
    }
    const ns = (times: readonly Times[], of: keyof Times): string =>
      median(times.map((t) => (t[of] * 1e6) / PAGES)).toFixed(1);
    console.log(`${name} loop, ns a page, medians of ${rounds} pairs over ${PAGES} pages:`);
    console.log(`    1 CPU:  wall ${ns(ones, 'wallMs')}, CPU time ${ns(ones, 'cpuMs')}`);
    console.log(`    2 CPUs: wall ${ns(twos, 'wallMs')}, CPU time ${ns(twos, 'cpuMs')}`);
    const pairs = ones.map((one, i) => ({ one, two: twos[i] ?? one }));
    const idle = pairs.filter(({ one, two }) => cores(one) > 0.95 && cores(two) > 1.9);
    console.log(
      `    2 CPUs are ${gain(pairs)} times as fast as 1; ${gain(idle)} in the ${idle.length} pairs in which the`,
    );
    console.log('        host gave the cores that they could use (CPU time above 0.95 and 1.9 of wall time)');
  }
  await machine.stop();
}

/** Deferred init of a node of `gib` GiB, all of it free: from the first kernel thread to the last. */
async function deferredInit(gib: number, count: number): Promise<void> {
  const { memmap, memory } = Memmap.create(benchShape(gib));
  const startPfn = (4 * GiB) / 4096;
  const pages = ((gib * GiB) / SECTION_SIZE) * PAGES_PER_SECTION;
  const cpus = Array.from({ length: count }, (_, cpu) => cpu);
  const span = { zoneStartPfn: startPfn, zoneEndPfn: startPfn + pages, nodeStartPfn: startPfn };
  const node = { nid: 0, nodeEndPfn: startPfn + pages, firstDeferredPfn: startPfn, cpus, zid: 2 };
  const emulated = await bringUpEmulatedCpus({
    cpus: cpus.map((apicId) => ({ apicId, node: 0, present: true })),
  });
  let wallNs = 0;
  const { cpuMs } = await timed(async () => {
    const result = await runOnEmulatedCpus(
      {
        topology: { nrCpuIds: count, nrPossible: count, nrNodeIds: 1, nodeOfCpu: cpus.map(() => 0) },
        deferred: {
          ...{ rules: DEFERRED_5_8, hz: 250, maxThreads: () => count },
          nodes: [{ ...node, ...span, zoneName: 'Normal', ranges: [{ startPfn, endPfn: startPfn + pages }] }],
        },
        memmap: { shape: memmap.shape, memory },
      },
      emulated,
    );
    wallNs = result.wallNs;
  });
  const each = (ns: number): string => (ns / pages).toFixed(1);
  console.log(
    `deferred init of ${gib} GiB on ${count} CPUs: ${each(wallNs)} ns a page of wall time, ${each(cpuMs * 1e6)} of CPU time`,
  );
}

if (process.argv[2] === BRING_UP) {
  await bringUp(Number(process.argv[3]));
} else {
  const rounds = Number(process.argv[2] ?? 15);
  for (const count of [1, 8, 32, 256]) {
    const self = fileURLToPath(import.meta.url);
    spawnSync(process.execPath, [self, BRING_UP, String(count)], { stdio: 'inherit' });
  }
  await guestPages(rounds);
  for (const count of [1, 2, 8]) await deferredInit(8, count);
}
