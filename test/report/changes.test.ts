// Two boots in one report: what differs comes first, in a sentence and in tables; what is the same is named and out of the way.
import test from 'ava';
import { parseHTML } from 'linkedom';
import type { RunRecord } from '../../src/init/record.ts';
import { reportHtml } from '../../src/report/html.ts';
import { makeRecord, SKYLAKE, SMALL } from './helpers/records.ts';

const base = makeRecord(SKYLAKE);
const page = (a: RunRecord, b: RunRecord) => parseHTML(reportHtml([a, b])).document;
const lead = (a: RunRecord, b: RunRecord): string => page(a, b).querySelector('h1 + p')?.textContent ?? '';

test('the first line names each thing that was given differently', (t) => {
  const threads = lead(base, makeRecord({ ...SKYLAKE, threads: 4 }));
  t.regex(
    threads,
    /^These boots differ in the threads that a node may have \(52 and 4\)\. Boot waits [\d.]+ ms for deferred init in skylake-768g \(A\) and [\d.]+ ms in skylake-768g \(B\) \(model\)\.$/,
  );
  t.regex(lead(base, { ...base, kernel: '6.12' }), /^These boots differ in the kernel \(6\.1 and 6\.12\)\. /);
  t.regex(
    lead(base, { ...base, cmdline: 'console=ttyS0 ro mem=8G' }),
    /the command line \(skylake-768g \(B\) has mem=8G\)\. /,
  );
  t.regex(
    lead({ ...base, cmdline: 'a b' }, { ...base, cmdline: 'c a' }),
    /the command line \(skylake-768g \(A\) has b, skylake-768g \(B\) has c\)\. /,
  );
  t.regex(lead({ ...base, cmdline: 'a b' }, { ...base, cmdline: 'b a' }), /the order of the command line\. /);
  t.regex(lead(base, { ...base, e820: base.e820.slice(0, -1) }), /differ in the firmware’s map\. /);
  t.regex(
    lead(base, makeRecord(SMALL)),
    /^These boots differ in the machine \(skylake-768g and small-8g\) and the threads that a node may have \(52 and 4\)\./,
  );
});

test('where nothing differs that is said, and times of two sources are not compared', (t) => {
  t.regex(
    lead(base, base),
    /^Both boots were given the same machine, kernel, command line and threads\. Boot waits as long for deferred init in both: /,
  );
  t.regex(
    lead(base, { ...base, cpus: 'threads' }),
    /differ in the kind of CPU \(simulated and threads\)\. As many pages are deferred in both\.$/,
  );
});

test('a boot that ended in a panic is said to, and nothing is said of threads that it never had', (t) => {
  const panic: RunRecord = { ...base, kernel: '6.12', jobs: [], deferredInit: [], panic: 'Kernel panic: no' };
  t.is(
    lead(base, panic),
    'These boots differ in the kernel (6.1 and 6.12). skylake-768g (B) does not boot: Kernel panic: no.',
  );
  const alone = parseHTML(reportHtml([panic])).document.querySelector('main')?.textContent ?? '';
  t.regex(alone, /Linux does not boot on this machine: Kernel panic: no\. Everything here is as it was then/);
  t.notRegex(alone, /What it saved/);
});

test('a boot that only moved work elsewhere does not read as a faster one', (t) => {
  const less = makeRecord({ ...SKYLAKE, gibPerNode: 96 });
  t.regex(
    lead(base, { ...less, machine: base.machine }),
    /\. But the work is not the same: deferred are [\d,]+ pages in skylake-768g \(A\) and [\d,]+ in skylake-768g \(B\)\.$/,
  );
});

test('what changed leads: figures, then lines that only one has; the same is in a sentence', (t) => {
  const other = { ...base, logLines: base.logLines.slice(0, -1) };
  const document = page(base, other);
  t.is(document.querySelector('h1')?.textContent, 'skylake-768g (A) against skylake-768g (B)');
  const heads = [...document.querySelectorAll('h2')].map((h2) => h2.textContent);
  t.deepEqual(heads.slice(0, 3), ['What changed', 'Each boot in words', 'The physical memory map']);
  t.deepEqual(
    [...document.querySelectorAll('pre.changes > *')].map((line) => `${line.tagName} ${line.textContent}`),
    [`DEL − ${base.logLines.at(-1)?.text}`],
  );
  const text = document.querySelector('main')?.textContent ?? '';
  t.regex(text, /The same in both: memory \(768 GiB\), CPUs online \(104\), /);
  t.regex(text, /Zones: the same in both\./);
  t.regex(text, /Jobs: the same in both\./);
  const table = [...document.querySelectorAll('caption')].find((c) =>
    c.textContent.startsWith('The figures that differ'),
  );
  t.is(table, undefined, 'no figure differs');
});

test('of many differing lines the first 120 are shown, and how many more there are', (t) => {
  const line = base.logLines[0];
  if (!line) return t.fail();
  const lines = (count: number): RunRecord => ({
    ...base,
    logLines: Array.from({ length: count }, (_, i) => ({ ...line, text: `BIOS-e820: ${i}` })),
  });
  const changes = (count: number): Element | null =>
    page(lines(0), lines(count)).querySelector('pre.changes');
  t.is(changes(120)?.querySelector('.more'), null);
  t.is(changes(121)?.querySelector('.more')?.textContent, '… 1 more line');
  t.is(changes(121)?.querySelectorAll('ins').length, 120);
});

test('the contents lead to every section', (t) => {
  const document = page(base, base);
  const heads = [...document.querySelectorAll('h2')].map((h2) => `#${h2.id} ${h2.textContent}`);
  const links = [...document.querySelectorAll('nav a')].map(
    (a) => `${a.getAttribute('href')} ${a.textContent}`,
  );
  t.deepEqual(links, heads);
});
