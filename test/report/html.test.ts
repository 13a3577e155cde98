// The report as markup: well-formed, self-contained, small, and its figures are the record's. Pictures are looked at in
// test/report/browser.test.ts.
import test from 'ava';
import { parseHTML } from 'linkedom';
import type { RunRecord } from '../../src/init/record.ts';
import { factsOf } from '../../src/report/facts.ts';
import { shownLines } from '../../src/report/html-log.ts';
import { reportHtml } from '../../src/report/html.ts';
import { makeRecord, MONSTER, SKYLAKE, SMALL } from './helpers/records.ts';

const LIMIT = 1_500_000;

/** Cells of the table whose caption starts with `caption`, row by row. */
function cells(html: string, caption: string): string[][] {
  const { document } = parseHTML(html);
  const table = [...document.querySelectorAll('table')].find((t) =>
    t.querySelector('caption')?.textContent?.startsWith(caption),
  );
  return [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) =>
    [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? ''),
  );
}

const number = (text: string | undefined): number | undefined => Number((text ?? '').replaceAll(',', ''));

test('every figure of the tables equals the record', (t) => {
  const record = makeRecord(SKYLAKE);
  const html = reportHtml([record]);
  const zones = cells(html, 'Zones');
  t.is(zones.length, record.zones.length);
  zones.forEach((row, i) => {
    const zone = record.zones[i];
    t.deepEqual([number(row[0]), row[1]], [zone?.node, zone?.name]);
    t.deepEqual(row.slice(3, 6).map(number), [zone?.spannedPages, zone?.presentPages, zone?.managedPages]);
  });
  const jobs = cells(html, 'Jobs');
  jobs.forEach((row, i) => {
    const job = record.jobs[i];
    t.is(row[2], `0x${job?.start.toString(16)}-0x${((job?.start ?? 0) + (job?.size ?? 0) - 1).toString(16)}`);
    t.deepEqual(row.slice(3, 8).map(number), [
      job?.size,
      job?.maxThreads,
      job?.workers,
      job?.chunkSize,
      job?.chunks.length,
    ]);
  });
  const facts = factsOf(record);
  cells(html, 'Nodes').forEach((row, i) => {
    const node = facts.nodes[i];
    t.is(number(row[3]), node?.deferredPages);
    t.is(row[6], ((node?.deferredNs ?? 0) / 1e6).toFixed(3));
    t.is(row[8], String(node?.loggedMs));
  });
  const reserved = record.memblockLate.reserved.reduce((sum, r) => sum + r.size, 0);
  t.is(
    cells(html, 'Reserved').reduce((sum, row) => sum + (number(row[1]) ?? 0), 0),
    reserved,
  );
});

test('a bar for each chunk, with its CPU, pages and times', (t) => {
  const record = makeRecord(SMALL);
  const { document } = parseHTML(reportHtml([record]));
  const titles = [...document.querySelectorAll('svg.lanes rect title')].map((e) => e.textContent ?? '');
  t.is(titles.length, 16);
  for (const chunk of record.jobs.flatMap((job) => job.chunks)) {
    const range = `0x${chunk.start.toString(16)}-0x${(chunk.end - 1).toString(16)}`;
    const title = titles.find((text) => text.includes(range)) ?? '';
    t.true(title.startsWith(`CPU ${chunk.cpu},`), title);
    t.true(title.includes(`${((chunk.endNs - chunk.startNs) / 1e6).toFixed(3)} ms long (model)`), title);
  }
});

test('nothing is loaded, nothing runs, and names cannot break out of the markup', (t) => {
  const record: RunRecord = {
    ...makeRecord(SMALL),
    machine: '<script>alert(1)</script>"&',
    warnings: ['a < b & "c"'],
  };
  const html = reportHtml([record]);
  t.notRegex(html, /<script|javascript:|<link|<img|@import|src=|href="(?!#)|url\((?!#)/);
  t.regex(html, /&lt;script&gt;/);
  t.regex(html, /a &lt; b &amp; &quot;c&quot;/);
});

test('size: the largest machine with a log of 60 000 lines stays under 1.5 MB', (t) => {
  const record = makeRecord(MONSTER);
  const text =
    'memblock_reserve: [0x000000c07fd8ac40-0x000000c07fd8aeff] memblock_alloc_range_nid+0xb0/0x13d';
  const line = { level: 6, step: 'setup_arch', timeNs: 0 };
  const many = Array.from({ length: 60_000 }, (_, i) => ({
    ...line,
    text: i % 3 === 0 ? `ACPI: ${i}` : text,
  }));
  const large: RunRecord = { ...record, logLines: [...record.logLines, ...many] };
  for (const runs of [[record], [large], [large, large]]) {
    const { length } = Buffer.from(reportHtml(runs));
    t.true(length < LIMIT, `${length} bytes`);
  }
  t.regex(reportHtml([record]), /2,048 lanes would be too many/);
});

test('the log: short ones whole, of long ones the ends of each run, and every line is accounted for', (t) => {
  const lines = Array.from({ length: 40 }, (_, i) => ({
    level: 6,
    step: '',
    timeNs: 0,
    text: i < 30 ? `memblock_reserve: ${i}` : `other ${i}: x`,
  }));
  t.is(shownLines(lines, 40).filter((item) => 'line' in item).length, 40);
  const cut = shownLines(lines, 39);
  t.true(cut.length < 40);
  const counted = cut.reduce((sum, item) => sum + ('left' in item ? item.left : 1), 0);
  t.is(counted, 40);
});

test('two runs: each has its figures, and the table says by how much they differ', (t) => {
  const html = reportHtml([makeRecord(SKYLAKE), makeRecord({ ...SKYLAKE, threads: 13 })]);
  const rows = cells(html, 'The figures that differ');
  const threads = rows.find((row) => row[0] === 'threads a node');
  t.deepEqual(threads?.slice(1), ['52', '13', '−75.0 %']);
  t.false(rows.some((row) => row[0] === 'memory'));
  t.regex(html, /The same in both: memory \(768 GiB\), /);
});

test('times of different sources are not set against each other', (t) => {
  const measured: RunRecord = { ...makeRecord(SKYLAKE), cpus: 'threads' };
  const rows = cells(reportHtml([makeRecord(SKYLAKE), measured]), 'The figures that differ');
  const time = rows.find((row) => row[0]?.endsWith('ms'));
  t.regex(time?.[1] ?? '', /\(model\)$/);
  t.regex(time?.[2] ?? '', /\(measured\)$/);
  t.is(time?.[3], '');
});

test('a newcomer finds what was deferred, who did it, what it saved, and every word explained', (t) => {
  const { document } = parseHTML(reportHtml([makeRecord(SKYLAKE)]));
  const heads = [...document.querySelectorAll('h3')].map((e) => e.textContent);
  t.deepEqual(heads.slice(0, 3), ['What was deferred', 'Who did it', 'What it saved']);
  const terms = [...document.querySelectorAll('dt')].map((e) => e.textContent);
  for (const word of [
    'page',
    'struct page',
    'memblock',
    'NUMA node',
    'zone',
    'section',
    'padata',
    'deferred init',
  ])
    t.true(terms.includes(word), word);
});
