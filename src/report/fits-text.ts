// Answers of `fits` as text: yes or no first, then where, how much, and what else to write.
import type { Fit, Largest } from '../ask/fits/types.ts';
import { hex } from '../lib/units.ts';
import { countText } from '../lib/plural.ts';
import { bytesText } from './text.ts';

const WIDTH = 16;

/** A block for each answer. */
export function fitsText(machine: string, kernel: string, answers: readonly Fit[]): string {
  return [`${machine}, kernel ${kernel} (model)`, ...answers.map(answerText)].join('\n\n') + '\n';
}

function answerText(fit: Fit): string {
  const line = (name: string, text: string): string => `  ${name.padEnd(WIDTH)}${text}`;
  const lines = [`${parameterText(fit)}: ${fit.fits ? 'fits' : 'does not fit'}: ${fit.reason}`];
  if (fit.fits && fit.at !== null)
    lines.push(line('where', `${hex(fit.at)}-${hex(fit.at + fit.size - 1)}, ${bytesText(fit.size)}`));
  if (fit.largestBytes > 0) lines.push(line('the largest', bytesText(fit.largestBytes)));
  const place = (name: string, largest: Largest | null): void => {
    if (largest !== null)
      lines.push(
        line(name, `${bytesText(largest.bytes)}${largest.at === null ? '' : ` from ${hex(largest.at)}`}`),
      );
  };
  place('below 4 GiB', fit.largestLow);
  place('above 4 GiB', fit.largestHigh);
  if (fit.slots !== null)
    lines.push(
      line(
        'with KASLR',
        `in ${countText(fit.slots.fitting)} of ${countText(fit.slots.all)} places of the kernel`,
      ),
    );
  for (const word of fit.words) lines.push(line('the kernel says', word));
  if (fit.instead !== null) lines.push(line('write instead', fit.instead));
  return lines.join('\n');
}

const parameterText = ({ option, spec }: Fit): string =>
  option === 'hugepages'
    ? `hugepages ${spec}`
    : `${option === 'reserve-mem' ? 'reserve_mem' : option}=${spec}`;
