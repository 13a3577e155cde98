// kind judge: a real kernel under QEMU, and the model held against it.
import { resolve } from 'node:path';
import { need64, readBzImage, type BzImage } from '../../judge/bzimage.ts';
import { differingLines } from '../../judge/campaign.ts';
import { judge } from '../../judge/judge.ts';
import { DEFAULT_QEMU } from '../../judge/qemu.ts';
import { readInput } from '../../machine/import/read-input.ts';
import type { ItemValues } from '../campaign.ts';
import { Found, needText, textOf, type LoadedKind, type Place, type Ran } from './kind.ts';
import { machineOf } from './machines.ts';
import { smallerMachine } from './smaller-machine.ts';

const images = new Map<string, Promise<BzImage>>();

function imageAt(path: string): Promise<BzImage> {
  const known = images.get(path);
  if (known) return known;
  const image = readInput(path, 'kernelImage').then((bytes) => need64(readBzImage(bytes, path), path));
  images.set(path, image);
  return image;
}

async function run(values: ItemValues, place: Place): Promise<Ran> {
  const path = resolve(place.folder, needText(values, 'image'));
  const machine = await machineOf(values, place);
  const cmdline = textOf(values, 'cmdline');
  const judgement = await judge(cmdline === null ? machine : { ...machine, cmdline }, {
    image: await imageAt(path),
    profile: textOf(values, 'kernel') ?? path,
    qemu: DEFAULT_QEMU,
    accel: 'tcg',
    deadlineMs: null,
    trace: null,
  });
  const differing = differingLines(judgement);
  if (place.invariants && differing.length > 0) throw new Found(differing[0] ?? '', differing[0]);
  return {
    end: 'ok',
    facts: { fidelity: judgement.fidelity.fidelity, differing, panic: judgement.panic },
  };
}

export const JUDGE: LoadedKind = { run, smaller: smallerMachine };
