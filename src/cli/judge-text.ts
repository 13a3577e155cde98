// What `judge --random` found, as text: the groups of machines that differ alike.
import type { CampaignResult } from '../judge/campaign.ts';
import { toYaml } from '../machine/spec/yaml.ts';

/** Each group with an example of the differences and the smallest machine that shows them. */
export function campaignText(result: CampaignResult): string {
  const lines = [
    `${result.machines} random machines: ${result.agreeing} agree in every line and zone (${result.lines} memory lines exact)`,
  ];
  for (const { examples, machines, smallest } of result.groups) {
    lines.push('', `${machines.length} differ alike: ${machines.join(', ')}`);
    for (const example of examples) lines.push(`  ${example}`);
    lines.push('  the smallest machine that does:', toYaml(smallest).trimEnd().replace(/^/gm, '    '));
  }
  return lines.join('\n') + '\n';
}
