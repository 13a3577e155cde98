// JUnit's XML for CI: a test case for each cause that fails, one for the items that do not.
import type { CampaignReport, ReportedGroup } from './report.ts';

export function reportJunit(report: CampaignReport): string {
  const { campaign, summary, groups } = report;
  const { done, items, counts } = summary;
  const missing = items - done;
  const cases = [
    testCase(campaign.name, `${done - counts.failed} of ${items} items hold`, seconds(summary.ms), ''),
    ...groups.map((group) => failing(report, group)),
    ...(missing === 0
      ? []
      : [testCase(campaign.name, `${missing} items were not run`, '0', '      <skipped/>\n')]),
  ];
  const name = attribute(campaign.name);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="${name}" tests="${cases.length}" failures="${groups.length}" skipped="${missing === 0 ? 0 : 1}" errors="0" time="${seconds(summary.ms)}">
${cases.join('')}  </testsuite>
</testsuites>
`;
}

function failing(
  { campaign }: CampaignReport,
  { cause, count, message, detail, first, reduced }: ReportedGroup,
): string {
  const text = [
    `${count} items, the first is ${campaign.name}#${first}`,
    ...(detail === null ? [] : [detail]),
    ...(reduced === null ? [] : [reduced.yaml.trimEnd()]),
  ].join('\n');
  return testCase(
    campaign.name,
    cause,
    '0',
    `      <failure message="${attribute(message)}">${content(text)}</failure>\n`,
  );
}

function testCase(suite: string, name: string, time: string, inside: string): string {
  const open = `    <testcase classname="${attribute(suite)}" name="${attribute(name)}" time="${time}"`;
  return inside === '' ? `${open}/>\n` : `${open}>\n${inside}    </testcase>\n`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** What XML 1.0 can hold, escaped. */
function content(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function attribute(text: string): string {
  return content(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
}
