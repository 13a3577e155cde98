// How a case ended, from what it threw. The rule of the project: bad input is an InputError with a line that helps, a kernel
// that would panic is a panic that says what Linux says, and nothing else comes out.
import { Bug } from '../lib/bug.ts';
import { Failure } from '../lib/failure.ts';
import { InputError } from '../lib/input-error.ts';
import { Wrong, type Fault, type FaultKind, type Verdict } from './target.ts';
import { stackOf } from './stack.ts';

/** A message is read on a terminal: so many lines, each so long. A schema prints a line for each of ten complaints. */
const MOST_LINES = 12;
const LONGEST_LINE = 1000;

/** The error that ends a boot where Linux would panic, by its name: what its class is, is the model's own affair. */
const PANIC = /^Kernel ?Panic$/i;

/** The verdict on a thrown value; `text` is the case where that is text, to tell a value that it holds from a slip. */
export function judge(thrown: unknown, text: string, ms: number): Verdict {
  if (!(thrown instanceof Error))
    return failed('error', `threw ${String(thrown)}, which is no error`, [], ms);
  const { message } = thrown;
  if (thrown instanceof Wrong) return failed('wrong', message, stackOf(thrown), ms);
  if (thrown instanceof Bug) return failed('bug', `BUG: ${message}`, stackOf(thrown), ms);
  const panic = PANIC.test(thrown.name);
  if (!panic && !(thrown instanceof InputError) && !(thrown instanceof Failure))
    return failed('error', `${thrown.name}: ${message}`, stackOf(thrown), ms);
  const vague = vagueness(message, text);
  if (vague !== null) return failed('vague', `${vague}: ${message}`, stackOf(thrown), ms);
  return { end: panic ? 'panic' : 'refused', message, ms };
}

/** Why a message helps nobody; null where it is fine. */
function vagueness(message: string, text: string): string | null {
  const lines = message.split('\n');
  if (message.trim() === '') return 'an empty message';
  if (lines.length > MOST_LINES) return `a message of ${lines.length} lines`;
  const longest = Math.max(...lines.map((line) => line.length));
  if (longest > LONGEST_LINE) return `a message with ${longest} characters in a line`;
  const slip = /\bundefined\b|\bNaN\b|\[object \w+\]/.exec(message)?.[0];
  return slip !== undefined && !text.includes(slip) ? `"${slip}" in a message` : null;
}

function failed(kind: FaultKind, message: string, stack: readonly string[], ms: number): Verdict {
  const fault: Fault = { kind, message, stack };
  return { end: 'failed', fault, ms };
}
