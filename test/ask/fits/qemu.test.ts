// Six random machines under QEMU, with the largest crash kernel that `fits` says, and with 1 MiB more: what the real kernels said.
// Made with `earlyboot judge random-N.yaml --kernel VMLINUZ -o FOLDER`, once for each size; the machines are the folders' own, whose
// initrd is judge's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fits } from '../../../src/ask/fits/fits.ts';
import { fitsMachine } from '../../../src/ask/fits/find.ts';
import { MiB } from '../../../src/lib/units.ts';
import { resolveMachineName } from '../../../src/machine/resolve.ts';
import { ROOT } from '../../helpers/sources.ts';

const FOLDER = join(ROOT, 'test/ask/fits/fixtures');

interface Judged {
  readonly machine: string;
  /** The image that ran, and the profile that models it. */
  readonly image: string;
  readonly kernel: string;
  readonly largestMiB: number;
  /** The real kernel's lines about crashkernel= with that size, and with 1 MiB more. */
  readonly fits: readonly string[];
  readonly oneMore: readonly string[];
}

const JUDGED = JSON.parse(readFileSync(join(FOLDER, 'qemu.json'), 'utf8')) as readonly Judged[];

test('the largest that fits is what a real kernel reserves, and 1 MiB more is what it refuses', async (t) => {
  t.is(JUDGED.length, 6);
  for (const { machine: file, kernel, largestMiB, fits: said, oneMore } of JUDGED) {
    const machine = await fitsMachine(await resolveMachineName(join(FOLDER, file), '/'), { kernel });
    const [yes, no] = fits(machine, { crashkernel: [`${largestMiB}M`, `${largestMiB + 1}M`] });
    t.like(yes, { fits: true, largestBytes: largestMiB * MiB }, file);
    t.like(no, { fits: false, largestBytes: largestMiB * MiB }, file);
    t.deepEqual(yes?.words, said, `${file}: fits`);
    t.deepEqual(no?.words, oneMore, `${file}: 1 MiB more`);
    t.is(no?.instead, `crashkernel=${largestMiB}M`);
  }
});
