// Random kernel parameters that change early memory, of those that are modelled.
import { MiB } from '../../lib/units.ts';
import { RANDOM_LAYOUT } from './map.ts';
import type { Dice } from '../../lib/dice.ts';

/** Parameters with a value that the dice choose; each comes with the given probability. */
const PARAMETERS: readonly (readonly [number, (dice: Dice) => string])[] = [
  [0.25, (dice) => `mem=${dice.between(1500, 7000)}M`],
  [
    0.25,
    (dice) => `memmap=${dice.between(1, 200)}M${dice.pick(['$', '#'])}0x${somewhere(dice).toString(16)}`,
  ],
  [0.15, (dice) => `movablecore=${dice.between(50, 900)}M`],
  [0.1, (dice) => `kernelcore=${dice.between(600, 3000)}M`],
  [0.15, (dice) => dice.pick(['crashkernel=128M', 'crashkernel=64M@512M', 'crashkernel=300M,high'])],
  [0.08, () => 'numa=off'],
  [0.08, (dice) => `numa=fake=${dice.between(2, 5)}`],
  [0.1, (dice) => `maxcpus=${dice.between(1, 3)}`],
  [0.1, (dice) => `log_buf_len=${dice.pick(['1M', '4M'])}`],
];

/** The parameters, in any order; may be empty. */
export function randomCommandLine(dice: Dice): string {
  const chosen = PARAMETERS.filter(([probability]) => dice.chance(probability));
  const both = chosen.map(([, text]) => text(dice));
  return dice.shuffled(both).join(' ');
}

function somewhere(dice: Dice): number {
  return dice.aligned(RANDOM_LAYOUT.kernel.end + 256 * MiB, 0x60000000, MiB);
}
