// The images under QEMU: a PC of another make, whose debug port gives the handoff block.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseHandoff } from '../../../src/arch/x86/boot/handoff.ts';
import type { BootParams } from '../../../src/arch/x86/boot/params.ts';

const IMAGES = fileURLToPath(new URL('../../../images/', import.meta.url));
const FLOPPY_BYTES = 1440 * 1024;
/** isa-debug-exit: 2 * 0x10 + 1. */
const EXIT_DONE = 33;

/** Whether QEMU for 32-bit PCs can be run. */
export function haveQemu(): boolean {
  try {
    execFileSync('qemu-system-i386', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Boots the payload: under our ROM, or from the floppy image under QEMU's own SeaBIOS. */
export function bootUnderQemu(firmware: 'rom' | 'seabios', machine: readonly string[]): BootParams {
  const out = mkdtempSync(join(tmpdir(), 'earlyboot-qemu-'));
  try {
    const log = join(out, 'debugcon');
    const floppy = join(out, 'floppy.img');
    const image = Buffer.alloc(FLOPPY_BYTES);
    readFileSync(join(IMAGES, 'floppy.bin')).copy(image);
    writeFileSync(floppy, image);
    const boot =
      firmware === 'rom'
        ? ['-bios', join(IMAGES, 'firmware.bin')]
        : ['-drive', `file=${floppy},format=raw,if=floppy`, '-boot', 'a'];
    const run = spawnSync(
      'qemu-system-i386',
      [
        ...machine,
        ...boot,
        ...[
          '-accel',
          'tcg',
          '-display',
          'none',
          '-monitor',
          'none',
          '-serial',
          'null',
          '-no-reboot',
          '-nic',
          'none',
        ],
        ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04'],
        ...['-fw_cfg', 'name=opt/earlyboot/dump,string=1', '-debugcon', `file:${log}`],
      ],
      { timeout: 60_000, encoding: 'utf8' },
    );
    const bytes = readFileSync(log);
    if (run.status !== EXIT_DONE) {
      throw new Error(
        `QEMU ended with ${run.status ?? run.signal}: ${run.stderr}\n${bytes.toString('latin1')}`,
      );
    }
    const at = bytes.indexOf('EARLYBT\0');
    return parseHandoff(bytes.subarray(at));
  } finally {
    rmSync(out, { recursive: true });
  }
}
