// YAML or JSON text as a document with places, and as plain values: what a parser would only notice while it makes values
// (aliases without anchor or to what holds them, names twice) is found here, with its place.
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  Lexer,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from 'yaml';
import { InputError } from '../../lib/input-error.ts';

/** A text that was read: `value` is plain data; `at` gives `file:line:column` of an offset. */
export interface ParsedText {
  readonly document: Document.Parsed;
  readonly value: unknown;
  readonly at: (offset: number) => string;
}

/** More references than this to what stands elsewhere are no description. */
const MAX_ALIASES = 1000;
/** Words and signs; the parser takes some 5 µs for each. 8192 CPUs, 1024 nodes and 4096 map entries stay below. */
const MAX_TOKENS = 500_000;

/**
 * Reads `text`; `path` names it in messages. Integers are exact: numbers to 2^53, hexadecimal text beyond.
 * @throws InputError 'syntax'
 */
export function parseYaml(text: string, path: string): ParsedText {
  const lines = new LineCounter();
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  try {
    refuseIfLong(text, path);
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      stringKeys: true,
      intAsBigInt: true,
      // compared with each other key of its mapping there, in checkNodes() by name
      uniqueKeys: false,
    });
    const [error] = document.errors;
    if (error) throw bad(at(error.pos[0]), wording(error.message));
    checkNodes(document, at);
    return { document, value: exactNumbers(document.toJS({ maxAliasCount: MAX_ALIASES })), at };
  } catch (error) {
    // the parser descends by recursion, and counts what aliases multiply
    if (error instanceof RangeError) throw bad(path, 'nested too deeply');
    if (error instanceof ReferenceError) throw bad(path, firstLine(error.message));
    throw error;
  }
}

function bad(where: string, what: string): InputError {
  return new InputError('syntax', `${where}: ${what}: expected YAML or JSON`);
}

/** Counts before anything is built: the parser's time and memory go with the words, not with the bytes. */
function refuseIfLong(text: string, path: string): void {
  let tokens = 0;
  for (const _token of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > MAX_TOKENS) throw bad(path, `more than ${MAX_TOKENS} words and signs`);
  }
}

/** Anchors come before their aliases, nothing holds itself, no name stands twice in a mapping. */
function checkNodes(document: Document.Parsed, at: (offset: number) => string): void {
  const anchors = new Map<string, unknown>();
  let aliases = 0;
  const place = (node: unknown): string => at(isNode(node) && node.range ? node.range[0] : 0);
  visit(document, {
    Node(_key, node, path) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target === undefined) throw bad(place(node), `*${node.source}: no anchor of that name before it`);
        if (path.some((around) => around === target))
          throw bad(place(node), `*${node.source}: names what it is part of`);
        aliases += 1;
        if (aliases > MAX_ALIASES) throw bad(place(node), `more than ${MAX_ALIASES} aliases`);
        return;
      }
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (!isMap(node)) return;
      const names = new Set<unknown>();
      for (const { key } of node.items) {
        const name = isScalar(key) ? key.value : key;
        if (names.has(name)) throw bad(place(key), `Map keys must be unique: ${String(name)}`);
        names.add(name);
      }
    },
  });
}

/** Integers as numbers where those are exact, as hexadecimal text beyond 2^53. */
function exactNumbers(value: unknown): unknown {
  if (typeof value === 'bigint')
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : `0x${value.toString(16)}`;
  if (Array.isArray(value)) return value.map(exactNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, exactNumbers(item)]));
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}

/** The parser's complaint in one line. It reports its own recursion's end as one of the text's errors. */
function wording(message: string): string {
  return message.startsWith('Maximum call stack') ? 'nested too deeply' : firstLine(message);
}
