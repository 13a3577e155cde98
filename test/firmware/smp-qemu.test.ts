// The ROM and its trampoline on a second machine: QEMU's APs come up through real INIT and SIPI, and say who they are.
import test from 'ava';
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FIRMWARE = fileURLToPath(new URL('../../images/firmware.bin', import.meta.url));
/** isa-debug-exit: 2 * 0x10 + 1. */
const EXIT_DONE = 33;

function haveQemu(): boolean {
  try {
    execFileSync('qemu-system-x86_64', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What the ROM prints of other CPUs, in ascending order. */
function otherCpus(...machine: string[]): string[] {
  const run = spawnSync(
    'qemu-system-x86_64',
    [
      ...['-bios', FIRMWARE, '-m', '64M', '-accel', 'tcg', '-display', 'none', '-monitor', 'none', '-nic', 'none'],
      ...['-serial', 'stdio', '-no-reboot', '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04', ...machine],
    ],
    { timeout: 60_000, encoding: 'utf8' },
  );
  if (run.status !== EXIT_DONE) throw new Error(`QEMU ended with ${run.status ?? run.signal}: ${run.stderr}`);
  return run.stdout.split(/\r?\n/).filter((line) => line.startsWith('smp: ')).sort();
}

for (const [machine, expected] of [
  [['-smp', '4'], ['01', '02', '03']],
  // three cores a socket take two bits: 3 and 7 are left out
  [['-M', 'q35', '-smp', '6,sockets=2,cores=3,threads=1'], ['01', '02', '04', '05', '06']],
  [['-smp', '1'], []],
] as const) {
  test(`QEMU with ${machine.join(' ')}`, (t) => {
    if (!haveQemu()) {
      t.log('skipped: qemu-system-x86_64 is not installed');
      t.pass();
      return;
    }
    t.deepEqual(
      otherCpus(...machine),
      expected.map((id) => `smp: APIC 0x${id} up, CPUID 0x${id}`),
    );
  });
}
