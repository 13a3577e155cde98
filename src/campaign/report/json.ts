// The report as data. Host times stand apart, in `time`.
import type { CampaignReport } from './report.ts';

export function reportJson({ campaign, build, summary, groups }: CampaignReport): object {
  const { name, kind, seed, about } = campaign;
  const { ms, slowest, groups: _groups, grid: _grid, stretches: _stretches, ...counted } = summary;
  return {
    version: 1,
    campaign: { name, kind, seed, about },
    build,
    ...counted,
    groups,
    time: { ms, slowest },
  };
}
