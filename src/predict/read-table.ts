// Measurements from a JSON table: the published form (machines with rows), an object with rows, or the rows alone.
import { InputError } from '../lib/input-error.ts';
import type { Measurement } from './measurement.ts';

/** Tables without a word on it count in milliseconds. */
const RESOLUTION_MS = 1;

/**
 * The rows of `machine` in a table; `file` names it in messages.
 * @throws InputError 'syntax' or 'schema' with the JSON path and what is expected there
 */
export function readTable(text: string, file: string, machine: string): Measurement[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InputError('syntax', `${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { rows, path } = rowsOf(json, file, machine);
  return rows.map((row, i) => measurement(row, `${file}: ${path}[${i}]`));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rowsOf(json: unknown, file: string, machine: string): { rows: readonly unknown[]; path: string } {
  if (Array.isArray(json)) return { rows: json, path: 'rows' };
  if (isObject(json) && Array.isArray(json['rows'])) return { rows: json['rows'], path: 'rows' };
  if (!isObject(json) || !Array.isArray(json['machines']))
    throw new InputError('schema', `${file}: expected rows, or machines with rows`);
  const machines: readonly unknown[] = json['machines'];
  const index = machines.findIndex((m) => isObject(m) && (machines.length === 1 || m['name'] === machine));
  const found = machines[index];
  if (!isObject(found) || !Array.isArray(found['rows'])) {
    const names = machines.map((m) => (isObject(m) ? String(m['name']) : '?')).join(', ');
    throw new InputError('schema', `${file}: no machine "${machine}" with rows: it has ${names}`);
  }
  return { rows: found['rows'], path: `machines[${index}].rows` };
}

function measurement(row: unknown, path: string): Measurement {
  if (!isObject(row))
    throw new InputError('schema', `${path}: expected an object with threads and deferredInitMs`);
  const number = (key: string): number | null => {
    const value = row[key];
    if (value === undefined || value === null) return null;
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    throw new InputError(
      'schema',
      `${path}.${key}: expected a number from 0, found ${JSON.stringify(value)}`,
    );
  };
  const needed = (key: string): number => {
    const value = number(key);
    if (value === null) throw new InputError('schema', `${path}.${key}: missing`);
    return value;
  };
  const deferredInitMs = needed('deferredInitMs');
  if (deferredInitMs === 0)
    throw new InputError(
      'schema',
      `${path}.deferredInitMs: expected more than 0 (0 ms is less than a jiffy)`,
    );
  return {
    threads: needed('threads'),
    deferredInitMs,
    deferredInitStdevMs: number('deferredInitStdevMs'),
    bootMs: number('bootMs'),
    bootStdevMs: number('bootStdevMs'),
    resolutionMs: RESOLUTION_MS,
  };
}
