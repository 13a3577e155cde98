// Mirrors kernel/params.c and lib/cmdline.c (v6.1): the command line cut into parameters, and memparse's sizes.

import { simpleStrtoull } from '../lib/strtoul.ts';

/** One parameter in command-line order; `value` is null where there is no `=`. */
export interface Param {
  readonly name: string;
  readonly value: string | null;
}

/** The parameters before `--`, in order; dashes and underscores in names are the same to Linux. */
export class Params {
  readonly cmdline: string;
  readonly list: readonly Param[];

  constructor(cmdline: string) {
    this.cmdline = cmdline;
    this.list = parseArgs(cmdline);
  }

  /** Values of each occurrence of `name`, in order. */
  all(name: string): (string | null)[] {
    const wanted = dashToUnderscore(name);
    return this.list.filter((p) => dashToUnderscore(p.name) === wanted).map((p) => p.value);
  }

  /** The value of the last occurrence; undefined where there is none, null where it has no `=`. */
  last(name: string): string | null | undefined {
    return this.all(name).at(-1);
  }

  has(name: string): boolean {
    return this.all(name).length > 0;
  }
}

function dashToUnderscore(name: string): string {
  return name.replaceAll('-', '_');
}

function parseArgs(cmdline: string): Param[] {
  const params: Param[] = [];
  for (const word of splitQuoted(cmdline)) {
    if (word === '--') break;
    const equals = word.indexOf('=');
    if (equals === -1) params.push({ name: unquote(word), value: null });
    else params.push({ name: unquote(word.slice(0, equals)), value: unquote(word.slice(equals + 1)) });
  }
  return params;
}

function unquote(text: string): string {
  return text.replaceAll('"', '');
}

/** Words split at white space outside double quotes (next_arg). */
function splitQuoted(text: string): string[] {
  return text.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
}

const UNITS = 'KMGTPE';

/** What memparse() read: the number in bytes and what follows it. `value` is 0 where no digit stands there. */
export interface Memparse {
  readonly value: number;
  readonly rest: string;
}

/** A number in C notation (0x, 0 octal, decimal) with an optional K, M, G, T, P or E suffix, modulo 2^64, as memparse() reads it. */
export function memparse64(text: string): { readonly value: bigint; readonly rest: string } {
  const { value, rest } = simpleStrtoull(text);
  const unit = rest === '' ? -1 : UNITS.indexOf(rest.charAt(0).toUpperCase());
  if (unit === -1) return { value, rest };
  return { value: BigInt.asUintN(64, value << BigInt(10 * (unit + 1))), rest: rest.slice(1) };
}

/** As memparse64(), as a number: exact below 2^53. */
export function memparse(text: string): Memparse {
  const { value, rest } = memparse64(text);
  return { value: Number(value), rest };
}
