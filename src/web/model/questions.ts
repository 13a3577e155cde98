// The questions of the page, answered with the words of the command line.
import { parseHandoff } from '../../arch/x86/boot/handoff.ts';
import { fits, type FitsQuestion } from '../../ask/fits/fits.ts';
import { FitsMachine } from '../../ask/fits/machine.ts';
import { lintFindings } from '../../ask/lint/lint.ts';
import { lintMachineOf } from '../../ask/lint/machine.ts';
import { reservedTotals } from '../../ask/missing/reserved.ts';
import { movableMemory } from '../../ask/movable/movable.ts';
import { earlyBoot } from '../../boot/early.ts';
import { bootSimulated } from '../../boot/simulated.ts';
import { kernelOfMachine } from '../../kernels/named.ts';
import { slowBoot } from '../../predict/slow-boot.ts';
import { fitsText } from '../../report/fits-text.ts';
import { findingsText } from '../../report/lint-text.ts';
import { reservedText } from '../../report/missing-text.ts';
import { movableText } from '../../report/movable-text.ts';
import { slowBootText } from '../../report/slow-boot-text.ts';
import type { Answer, AskRequest, Question } from '../protocol.ts';
import { board, commandLine } from './answers.ts';
import { machineOf } from './source.ts';

/** @throws InputError for a machine or a spec that cannot be, Failure where Linux panics */
export async function answerQuestion(request: AskRequest, post: (answer: Answer) => void): Promise<void> {
  const { id, source, append, question, spec: asked } = request;
  const spec = await machineOf(source);
  const found = parseHandoff((await board(spec, commandLine(spec, append))).handoff);
  const profile = await kernelOfMachine(spec.kernel);
  const early = () => earlyBoot(found, { machine: spec.name, profile, warnings: spec.warnings });
  const record = () => bootSimulated(early(), spec);
  const text = (): string => {
    switch (question) {
      case 'lint':
        return findingsText(
          spec.name,
          lintFindings(lintMachineOf(spec, { found, profile })).map((finding) => ({
            ...finding,
            position: null,
          })),
        );
      case 'movable':
        return movableText(movableMemory(record()));
      case 'reserved':
        return reservedText(spec.name, reservedTotals(record()));
      case 'slow-boot':
        return slowBootText(slowBoot(early(), spec));
      default:
        return fitsText(
          spec.name,
          profile.name,
          fits(new FitsMachine(spec, found, profile), fitsOf(question, asked)),
        );
    }
  };
  post({ type: 'answered', id, text: text() });
}

function fitsOf(question: Question, spec: string): FitsQuestion {
  return question === 'reserve-mem' ? { reserveMem: [spec] } : { [question]: [spec] };
}
