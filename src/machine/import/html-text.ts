// A log that was pasted into a page: tags and entities.

/** Tags that only a page has, and what becomes of the kernel's `->` and `<6>` there. */
const HTML = /<\/?(?:br|pre|html|body|p|div|span|code|td)\b[^<>\n]{0,400}>|-&gt; |^&lt;\d&gt;\[/im;
const BREAK = /<br {0,4}\/?>/i;
const TAG = /<\/?[a-z][^<>\n]{0,400}>/gi;
const ENTITY = /&(amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#x[0-9a-f]{1,5});/gi;
const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }),
);

/** Whether `text` is a page's source rather than a log. */
export function isHtml(text: string): boolean {
  return HTML.test(text);
}

/** The lines that a browser shows for one line of the source. */
export function htmlLines(line: string): readonly string[] {
  return line.split(BREAK).map((part) => part.replace(TAG, '').replace(ENTITY, entity));
}

function entity(whole: string, name: string): string {
  const known = NAMED.get(name.toLowerCase());
  if (known !== undefined) return known;
  const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  // a no-break space is what pages have for a blank
  return code === 0xa0 ? ' ' : Number.isNaN(code) || code === 0 ? whole : String.fromCodePoint(code);
}
