// A machine in a link: the page's state as JSON, deflated, in the URL's hash. Nothing is sent to a server.
import { concatBytes } from '../lib/bytes.ts';

/** What a link carries. */
export interface Shared {
  /** A built-in machine's name, or null where `text` is the machine. */
  readonly builtin: string | null;
  /** Description or kernel log. */
  readonly text: string | null;
  /** More kernel parameters. */
  readonly append: string;
  /** A built-in kernel's name; null for the machine's own. */
  readonly kernel: string | null;
  /** Threads a node; null for the architecture's own choice. */
  readonly cap: number | null;
}

const PREFIX = '#m=';
/** Browsers and chat programmes cut links that are longer. */
export const LONGEST_LINK = 30_000;

/** What a link may hold, in bytes: a kernel log of a machine with thousands of CPUs has 1 MiB. Deflated, 30,000 characters could be 20 MiB. */
export const LARGEST_SHARED = 2 * 1024 * 1024;

/** The hash of a link, with its `#`. */
export async function encodeShared(shared: Shared): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(shared));
  const packed = await through(bytes, new CompressionStream('deflate-raw'), Infinity);
  let binary = '';
  for (const byte of packed) binary += String.fromCharCode(byte);
  return PREFIX + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** What `hash` carries; null where it carries nothing of ours, too much, or what it carries is damaged. */
export async function decodeShared(hash: string): Promise<Shared | null> {
  if (!hash.startsWith(PREFIX) || hash.length > LONGEST_LINK) return null;
  try {
    const binary = atob(hash.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'));
    const packed = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    const bytes = await through(packed, new DecompressionStream('deflate-raw'), LARGEST_SHARED);
    return sharedFrom(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    // a link that was cut, mistyped or made to burst is no reason to stop: the caller says so
    return null;
  }
}

function sharedFrom(value: unknown): Shared | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { builtin, text, append, kernel, cap } = fields;
  if (typeof builtin !== 'string' && typeof text !== 'string') return null;
  return {
    builtin: typeof builtin === 'string' ? builtin : null,
    text: typeof text === 'string' ? text : null,
    append: typeof append === 'string' ? append : '',
    // links of before there was a choice have none
    kernel: typeof kernel === 'string' ? kernel : null,
    cap: typeof cap === 'number' && Number.isInteger(cap) && cap > 0 ? cap : null,
  };
}

/** What comes out of `stream`. @throws RangeError as soon as that is more than `most` bytes */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough<Uint8Array>(stream).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > most) {
      await reader.cancel();
      throw new RangeError(`more than ${most} bytes`);
    }
    chunks.push(next.value);
  }
  return concatBytes(chunks);
}
