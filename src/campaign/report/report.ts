// The report of a campaign: its summary, and for each cause the smallest input found.
import type { Campaign } from '../campaign.ts';
import type { Engine } from '../run/engine.ts';
import { reduceGroup, type Reduced } from './reduce.ts';
import type { Group, Summary } from './summary.ts';

export interface ReportedGroup extends Group {
  /** null where none was asked for, or there are too many causes. */
  readonly reduced: Reduced | null;
}

export interface CampaignReport {
  readonly campaign: Campaign;
  readonly build: string;
  readonly summary: Summary;
  readonly groups: readonly ReportedGroup[];
}

/** Causes that are reduced. */
const MOST_REDUCED = 20;

/** `engine` null leaves inputs as they are. */
export async function reportOn(
  facts: { readonly campaign: Campaign; readonly build: string },
  summary: Summary,
  engine: Engine | null,
  onGroup?: (done: number, of: number) => void,
): Promise<CampaignReport> {
  const groups: ReportedGroup[] = [];
  for (const [i, group] of summary.groups.entries()) {
    onGroup?.(i, summary.groups.length);
    const reduced = engine && i < MOST_REDUCED ? await reduceGroup(facts.campaign, group, engine) : null;
    groups.push({ ...group, reduced });
  }
  return { ...facts, summary, groups };
}
