// The questions of the page: findings as data, everything else with the words of the command line.
import { fits, type FitsQuestion } from '../../ask/fits/fits.ts';
import { FitsMachine } from '../../ask/fits/machine.ts';
import type { FitsOption } from '../../ask/fits/types.ts';
import { lintFindings, RULES } from '../../ask/lint/lint.ts';
import { lintMachineOf } from '../../ask/lint/machine.ts';
import { reservedTotals } from '../../ask/missing/reserved.ts';
import { movableMemory } from '../../ask/movable/movable.ts';
import { bootSimulated } from '../../boot/simulated.ts';
import { slowBoot } from '../../predict/slow-boot.ts';
import { fitsText } from '../../report/fits-text.ts';
import { reservedText } from '../../report/missing-text.ts';
import { movableText } from '../../report/movable-text.ts';
import { slowBootText } from '../../report/slow-boot-text.ts';
import type { Answer, AskRequest, ExplainedFinding } from '../protocol.ts';
import { board, commandLine } from './answers.ts';
import { earlyOf, found, type Found } from './kernel.ts';
import { machineOf } from './source.ts';

/** @throws InputError for a machine or a spec that cannot be, Failure where Linux panics */
export async function answerQuestion(request: AskRequest, post: (answer: Answer) => void): Promise<void> {
  const { id, source, append, question } = request;
  const spec = await machineOf(source);
  const machine = await found(spec, (await board(spec, commandLine(spec, append))).handoff, request);
  if (question === 'lint') post({ type: 'linted', id, findings: findingsOf(machine) });
  else post({ type: 'answered', id, text: textOf(machine, request, question) });
}

function textOf(
  machine: Found,
  request: AskRequest,
  question: Exclude<AskRequest['question'], 'lint'>,
): string {
  const { spec, bootParams, profile } = machine;
  const early = () => earlyOf(machine, request);
  const record = () => bootSimulated(early(), spec);
  switch (question) {
    case 'movable':
      return movableText(movableMemory(record()));
    case 'reserved':
      return reservedText(spec.name, reservedTotals(record()));
    case 'slow-boot':
      return slowBootText(slowBoot(early(), spec));
    default: {
      const answers = fits(new FitsMachine(spec, bootParams, profile), fitsOf(question, request.spec));
      return fitsText(spec.name, profile.name, answers);
    }
  }
}

function fitsOf(question: FitsOption, spec: string): FitsQuestion {
  return question === 'reserve-mem' ? { reserveMem: [spec] } : { [question]: [spec] };
}

function findingsOf({ spec, bootParams, profile }: Found): ExplainedFinding[] {
  return lintFindings(lintMachineOf(spec, { found: bootParams, profile })).flatMap(
    ({ path: _path, ...finding }) => {
      const rule = RULES.find(({ id }) => id === finding.rule);
      return rule ? [{ ...finding, why: rule.why, linux: rule.linux }] : [];
    },
  );
}
