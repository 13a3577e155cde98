// A run record out of a file, checked against its schema: what a report draws from must be what it takes it for.
import type { z } from 'zod';
import type { RunRecord } from '../init/record.ts';
import { cut } from '../lib/cut.ts';
import { InputError } from '../lib/input-error.ts';
import { recordSchema } from './record-schema.ts';

/** Whether a text may be a run record rather than a machine description: both are JSON objects with a name for the machine. */
export function looksLikeRecord(text: string): boolean {
  return text.trimStart().startsWith('{') && text.includes('"memblockLate"') && text.includes('"onlineCpus"');
}

/**
 * The record that `boot --json` wrote.
 * @throws InputError 'syntax' where it is no JSON, 'schema' with the first path whose value is none of a record of this version
 */
export function parseRecord(text: string, path: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError('syntax', `${path}: ${why}: expected the JSON of boot --json`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError('schema', `${path}: expected a run record, as boot --json writes it`);
  const parsed = recordSchema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError('schema', `${path}: ${issue ? sentence(issue) : 'expected a run record'}`);
}

/** `jobs.0.chunks.0.cpu: "a": expected number`. */
function sentence(issue: z.core.$ZodIssue): string {
  const found = issue.input === undefined ? 'missing' : cut(JSON.stringify(issue.input) ?? '');
  const message = issue.message.replace(/^[^:]{0,40}: (?=expected )/, '').split(', received ', 1)[0] ?? '';
  const expected = message.startsWith('expected ') ? message : `expected otherwise: ${message}`;
  return `${issue.path.join('.')}: ${found}: ${expected}`;
}
