// Whole boots from the command line, Node's start included: wall time and peak memory, medians of several runs.
// Run: npx node bench/boot.ts [RUNS] [MACHINE…]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './median.ts';

const [runsText = '7', ...named] = process.argv.slice(2);
const runs = Number(runsText);
const machines = named.length > 0 ? named : ['tiny-512m', 'laptop-16g', 'skylake-768g', 'monster-64t'];
const cli = fileURLToPath(new URL('../src/cli/earlyboot.js', import.meta.url));
/** Prints the process's peak memory on stderr as it ends. */
const tellPeak =
  'data:text/javascript,process.on("exit",()=>console.error("peak "+process.resourceUsage().maxRSS))';

interface Run {
  readonly ms: number;
  readonly peakMiB: number;
}

function boot(args: readonly string[]): Run {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', tellPeak, cli, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${args.join(' ')}: exit status ${status}\n${stderr}`);
  return { ms, peakMiB: Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024 };
}

console.log(`${runs} runs of each after one that is not counted; measured`);
for (const machine of machines) {
  boot(['boot', machine]);
  const results = Array.from({ length: runs }, () => boot(['boot', machine]));
  const ms = results.map((r) => r.ms);
  console.log(
    `${machine.padEnd(14)} median ${median(ms).toFixed(0).padStart(5)} ms  ` +
      `(${Math.min(...ms).toFixed(0)} to ${Math.max(...ms).toFixed(0)})  ` +
      `peak ${median(results.map((r) => r.peakMiB)).toFixed(0)} MiB`,
  );
}
