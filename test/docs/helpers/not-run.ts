// Commands of the pages that no test of the pages runs, each with why. What they say is looked at all the same: options, scripts, files.

export interface NotRun {
  readonly command: RegExp;
  readonly why: string;
}

const REAL_KERNEL =
  'boots a real kernel: needs an image, and QEMU or minutes; test/judge does where both are there';
const LONG = 'takes long by intention';

export const NOT_RUN: readonly NotRun[] = [
  { command: /^(?:judge|linux)\b/, why: REAL_KERNEL },
  { command: /^profile \/boot\//, why: 'needs an image in /boot; test/cli/kernels.test.ts has one' },
  { command: /^bench\b/, why: 'measures this host; test/cli/bench.test.ts runs a short one' },
  { command: /^worker\b|--redis\b/, why: 'needs a Redis; test/campaign does where one is there' },
  { command: /^campaign random-maps --items 20000/, why: LONG },
  {
    command: /^campaign replay\b|^campaign report\b/,
    why: 'needs the results of the line before; test/campaign runs both',
  },
  { command: /^explore serial-hotplug --schedules 50000/, why: LONG },
  {
    command: /^calibrate my-machine\.yaml/,
    why: 'needs logs of two kernels of one machine; test/predict has them',
  },
  { command: /^page\b/, why: 'serves until it is stopped; test/cli/page.test.ts stops it' },
];
