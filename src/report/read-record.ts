// A run record out of a file: checked as far as reports and traces rely on it.
import { RECORD_VERSION, type RunRecord } from '../init/record.ts';
import { InputError } from '../lib/input-error.ts';

type Kind = 'text' | 'number' | 'list' | 'object';

/** Fields that are read without a second look. */
const FIELDS: Readonly<Record<Exclude<keyof RunRecord, 'otherJobs'>, Kind>> = {
  version: 'number',
  machine: 'text',
  kernel: 'text',
  cpus: 'text',
  cmdline: 'text',
  vmemmapBase: 'text',
  e820: 'list',
  memblock: 'object',
  memblockLate: 'object',
  nodes: 'list',
  zones: 'list',
  jobs: 'list',
  serial: 'list',
  deferredInit: 'list',
  grow: 'list',
  onlineCpus: 'number',
  memblockEvents: 'list',
  warnings: 'list',
  log: 'list',
  logLines: 'list',
};

/** Whether a text may be a run record rather than a machine description: both are JSON objects with a name for the machine. */
export function looksLikeRecord(text: string): boolean {
  return /^\s*\{/.test(text) && text.includes('"memblockLate"') && text.includes('"onlineCpus"');
}

/**
 * The record that `boot --json` wrote.
 * @throws InputError 'syntax' where it is no JSON, 'schema' where it is no record of this version
 */
export function parseRecord(text: string, path: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError('syntax', `${path}: ${why}: expected the JSON of boot --json`);
  }
  if (!isRecord(value, path))
    throw new InputError('schema', `${path}: expected a run record, as boot --json writes it`);
  return value;
}

function isRecord(value: unknown, path: string): value is RunRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const version = fields['version'];
  if (version !== RECORD_VERSION) {
    const found = version === undefined ? 'missing' : JSON.stringify(version);
    throw new InputError('schema', `${path}: version: ${found}: expected ${RECORD_VERSION}`);
  }
  for (const [name, kind] of Object.entries(FIELDS)) {
    if (kindOf(fields[name]) === kind) continue;
    const found = fields[name] === undefined ? 'missing' : kindOf(fields[name]);
    throw new InputError('schema', `${path}: ${name}: ${found}: expected ${article(kind)} of a run record`);
  }
  checkJobs(fields['jobs'], path);
  return true;
}

function kindOf(value: unknown): Kind | 'other' {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  return typeof value === 'object' && value !== null ? 'object' : 'other';
}

const article = (kind: Kind): string => (kind === 'object' ? 'the object' : `the ${kind}`);

const CHUNK_NUMBERS = ['start', 'end', 'cpu', 'startNs', 'endNs'] as const;

/** Pictures are drawn from chunks: each of their numbers must be one. */
function checkJobs(jobs: unknown, path: string): void {
  if (!Array.isArray(jobs)) return;
  jobs.forEach((job: unknown, i) => {
    const chunks: unknown =
      typeof job === 'object' && job !== null && 'chunks' in job ? job.chunks : undefined;
    if (!Array.isArray(chunks))
      throw new InputError('schema', `${path}: jobs.${i}.chunks: missing: expected a list`);
    chunks.forEach((chunk: unknown, k) => {
      const fields: Readonly<Record<string, unknown>> =
        typeof chunk === 'object' && chunk !== null ? { ...chunk } : {};
      const bad = CHUNK_NUMBERS.find((name) => !Number.isFinite(fields[name]));
      if (bad !== undefined)
        throw new InputError(
          'schema',
          `${path}: jobs.${i}.chunks.${k}.${bad}: ${JSON.stringify(fields[bad]) ?? 'missing'}: expected a number`,
        );
    });
  });
}
