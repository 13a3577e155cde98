// What of a campaign lies in Redis, and under which names.
import type { Redis } from 'ioredis';
import type { Campaign, ItemResult } from '../campaign.ts';

/** In front of every key. */
export const PREFIX = 'earlyboot';
const ALIVE_S = 30;

/** Items of one build only: what another build makes of an item is another thing. */
export function queueName(build: string): string {
  return `items-${build}`;
}

/** What a job holds; it returns results. */
export interface Job {
  readonly campaign: Campaign;
  readonly numbers: readonly number[];
}

export type JobResult = readonly ItemResult[];

/** A campaign that somebody runs now. */
export interface Running {
  readonly id: string;
  readonly name: string;
  readonly build: string;
}

const CAMPAIGNS = `${PREFIX}:campaigns`;
const aliveKey = (id: string): string => `${PREFIX}:alive:${id}`;

/** Says that a campaign runs; say it again every few seconds. */
export async function announce(redis: Redis, { id, name, build }: Running): Promise<void> {
  await redis.hset(CAMPAIGNS, id, JSON.stringify({ name, build }));
  await redis.set(aliveKey(id), build, 'EX', ALIVE_S);
}

export async function withdraw(redis: Redis, id: string): Promise<void> {
  await redis.hdel(CAMPAIGNS, id);
  await redis.del(aliveKey(id));
}

/** Campaigns whose coordinator was heard of lately. */
export async function runningCampaigns(redis: Redis): Promise<Running[]> {
  const running: Running[] = [];
  for (const [id, text] of Object.entries(await redis.hgetall(CAMPAIGNS))) {
    if ((await redis.exists(aliveKey(id))) === 0) {
      await redis.hdel(CAMPAIGNS, id);
      continue;
    }
    const { name, build } = JSON.parse(text) as { readonly name: string; readonly build: string };
    running.push({ id, name, build });
  }
  return running;
}
