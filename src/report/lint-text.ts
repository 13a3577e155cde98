// Findings as lines that editors know, rules as text, and both as SARIF for code hosts.
import type { PlacedFinding } from '../ask/lint/load.ts';
import type { Rule, Severity } from '../ask/lint/types.ts';
import { plural } from '../lib/plural.ts';
import { plainText, type TonedLine } from '../text/toned.ts';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];
const TONES = { error: 'bad', warning: 'warning', note: 'aside' } as const;

/** A line for each finding, `file:line:column: error: rule: what`, and one that counts them. */
export function findingsToned(machine: string, findings: readonly PlacedFinding[]): TonedLine[] {
  const lines = findings.map(({ position, severity, rule, message }): TonedLine => {
    const place = position ? `${position.file}:${position.line}:${position.column}` : machine;
    return { text: `${place}: ${severity}: ${rule}: ${message}`, tone: TONES[severity] };
  });
  const counts = SEVERITIES.map(
    (severity) => [severity, findings.filter((f) => f.severity === severity).length] as const,
  )
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => plural(count, severity));
  const none = counts.length === 0;
  return [
    ...lines,
    { text: `${machine}: ${none ? 'nothing found' : counts.join(', ')}`, tone: none ? 'good' : 'heading' },
  ];
}

/** The same as text. */
export function findingsText(machine: string, findings: readonly PlacedFinding[]): string {
  return plainText(findingsToned(machine, findings));
}

/** What each rule says, why, and what Linux does. */
export function rulesText(rules: readonly Rule[]): string {
  return rules
    .map(
      ({ id, severity, why, source, linux, since }) =>
        `${id} (${severity})\n  ${why}\n  Linux ${linux} (since ${since}).\n  ${source}\n`,
    )
    .join('\n');
}

/** A log of the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0). */
export function sarifLog(
  rules: readonly Rule[],
  findings: readonly PlacedFinding[],
  machine: string,
): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'earlyboot lint', rules: rules.map(sarifRule) } },
        results: findings.map((finding) => sarifResult(rules, finding, machine)),
      },
    ],
  };
}

function sarifRule({ id, severity, why, source, linux, since }: Rule): object {
  return {
    id,
    shortDescription: { text: why },
    fullDescription: { text: `${why} Linux ${linux} (since ${since}).` },
    help: { text: source },
    defaultConfiguration: { level: severity },
  };
}

function sarifResult(rules: readonly Rule[], finding: PlacedFinding, machine: string): object {
  const { rule, severity, message, position } = finding;
  const region = position && { startLine: position.line, startColumn: position.column };
  const artifactLocation = { uri: uriOf(position?.file ?? machine) };
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: severity,
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation, ...(region && { region }) } }],
  };
}

/** Each part of a path escaped, as URIs want it. */
const uriOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
