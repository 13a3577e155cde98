// What lint finds, as a table: how bad, where, what, and what Linux does about it.
import { table } from '../../report/html-tables.ts';
import { textEl } from '../../report/svg.ts';
import { hex } from '../../lib/units.ts';
import { plural } from '../../lib/plural.ts';
import type { ExplainedFinding } from '../protocol.ts';

export function findingsMarkup(findings: readonly ExplainedFinding[]): string {
  if (findings.length === 0) return textEl('p', 'Nothing found: every rule holds.');
  const columns = ['how bad', 'where', 'what', 'why it is wrong', 'rule'].map((head) => ({ head }));
  return table(
    `What was found: ${plural(findings.length, 'finding')}`,
    columns,
    findings.map((finding) => [
      finding.severity,
      placeOf(finding),
      finding.message,
      `${finding.why} Linux ${finding.linux}.`,
      `${finding.rule} (${finding.source})`,
    ]),
  );
}

function placeOf({ start, end }: ExplainedFinding): string {
  if (start === null) return '';
  return end === null ? hex(start) : `${hex(start)}-${hex(end)}`;
}
