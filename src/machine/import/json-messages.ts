// Kernel messages in JSON: dmesg --json, journalctl -o json and json-pretty. Line by line, so that a file that was cut off is read too.

/** `      "msg": "Linux version …"` of a value that is spread over lines. */
const FIELD = /^[ \t]{0,64}"(?:msg|MESSAGE)" {0,8}: {0,8}(".*)$/;
const NAMES = /"(?:msg|MESSAGE)"/;
const BRACKETS = ' \t\r,';

/** The messages in `line`, none for an entry of another program; null where it is no JSON that holds any. */
export function jsonMessages(line: string): readonly string[] | null {
  if (!NAMES.test(line)) return null;
  const field = FIELD.exec(line);
  if (field !== null) return messagesOf({ msg: parse(field[1] ?? '') });
  const start = line.indexOf('{');
  // `data: {…}` is journalctl -o json-sse
  if (start > 16 || start === -1) return null;
  return messagesOf(parse(line.slice(start)));
}

/** undefined where it is none. */
function parse(text: string): unknown {
  let end = text.length;
  while (end > 0 && BRACKETS.includes(text.charAt(end - 1))) end -= 1;
  try {
    return JSON.parse(text.slice(0, end));
  } catch {
    return undefined;
  }
}

function messagesOf(value: unknown): readonly string[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const entry: Record<string, unknown> = { ...value };
  const list = entry['dmesg'];
  if (Array.isArray(list)) return list.flatMap((item) => messagesOf(item) ?? []);
  const from = entry['_TRANSPORT'] ?? entry['SYSLOG_IDENTIFIER'] ?? 'kernel';
  if (from !== 'kernel' && entry['SYSLOG_IDENTIFIER'] !== 'kernel') return [];
  const message = entry['MESSAGE'] ?? entry['msg'];
  if (typeof message === 'string') return message.split('\n');
  // journald writes text that is no UTF-8 as a list of bytes
  if (Array.isArray(message))
    return new TextDecoder().decode(Uint8Array.from(message, (byte) => Number(byte) & 0xff)).split('\n');
  return null;
}
