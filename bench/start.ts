// What starting up costs, against a bare start of the same Node in the same run: the commands take turns, so that a host whose
// speed drifts slows them alike, and each round gives ratios. stdout is thrown away. With a kernel image, also what a boot with it costs
// beside one with a built-in kernel, once the image has been read. Run: npx node bench/start.ts [ROUNDS [VMLINUZ]]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../tools/build.ts';
import { median } from './median.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const rounds = Number(process.argv[2] ?? '15');
const image = process.argv[3];

interface Measured {
  readonly name: string;
  readonly args: readonly string[];
  /** At most so many of what it is measured against; null for what is only told. */
  readonly limit: number | null;
  /** What it is measured against, where that is no bare start. */
  readonly against?: Measured;
}

const dist = join(DIST, 'cli.js');
const source = join(ROOT, 'src/cli/earlyboot.js');
const BARE: Measured = { name: 'node -e 0', args: ['-e', '0'], limit: null };
const bootWith = (kernel: string): string[] => [source, 'boot', 'skylake-768g', '--kernel', kernel];
const BUILT_IN: Measured = { name: 'source: skylake-768g --kernel 6.1', args: bootWith('6.1'), limit: null };
const COMMANDS: readonly Measured[] = [
  BARE,
  { name: 'dist: earlyboot --help', args: [dist, '--help'], limit: 1.4 },
  { name: 'dist: boot laptop-16g', args: [dist, 'boot', 'laptop-16g'], limit: 3 },
  { name: 'source: boot laptop-16g', args: [source, 'boot', 'laptop-16g'], limit: 5 },
  { name: 'dist: boot skylake-768g', args: [dist, 'boot', 'skylake-768g'], limit: null },
  {
    name: 'dist: boot laptop-16g --cpus emulated',
    args: [dist, 'boot', 'laptop-16g', '--cpus', 'emulated'],
    limit: null,
  },
  ...(image === undefined
    ? []
    : [
        BUILT_IN,
        {
          name: 'source: skylake-768g --kernel VMLINUZ',
          args: bootWith(image),
          limit: 1.1,
          against: BUILT_IN,
        },
      ]),
];

/** Wall time from spawn to exit, in ms. */
function run({ name, args }: Measured): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ms = performance.now() - began;
  if (status !== 0) throw new Error(`${name}: exit status ${status}: ${stderr.toString()}`);
  return ms;
}

await bundle(DIST);
for (const command of COMMANDS) for (let i = 0; i < 2; i += 1) run(command); // fills Node's compile cache
const table = COMMANDS.map(() => [] as number[]);
for (let round = 0; round < rounds; round += 1)
  COMMANDS.forEach((command, i) => table[i]?.push(run(command)));

console.log(
  `Node ${process.version}, ${rounds} rounds in turn; wall time, median; ratio: median of each round's`,
);
COMMANDS.forEach(({ name, limit, against = BARE }, i) => {
  const own = table[i] ?? [];
  const base = table[COMMANDS.indexOf(against)] ?? [];
  const ratio = median(own.map((ms, round) => ms / (base[round] ?? Number.NaN)));
  const verdict = limit === null ? '' : `  at most ${limit}: ${ratio <= limit ? 'holds' : 'EXCEEDED'}`;
  console.log(
    `${name.padEnd(38)} ${median(own).toFixed(0).padStart(5)} ms  ratio ${ratio.toFixed(2)}${verdict}`,
  );
});
