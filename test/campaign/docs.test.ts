// What docs/campaigns.md shows: the campaign loads, and the compose file's commands are ones that the command line takes.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadCampaign } from '../../src/campaign/file/load.ts';
import { GENERATORS } from '../../src/campaign/generators.ts';
import { KINDS } from '../../src/campaign/kinds/kinds.ts';
import { hostOf, redisUrl } from '../../src/campaign/queue/url.ts';
import { cli } from '../helpers/cli.ts';
import { ROOT } from '../helpers/sources.ts';

const page = readFileSync(join(ROOT, 'docs/campaigns.md'), 'utf8');
const blocks = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map((match) => match[1] ?? '');
/** What stands in the rows of the table with this head: for each cell what is set as code. */
const rowsOf = (head: string): string[][][] => {
  const [, body = ''] = page.split(`${head}\n|---`);
  const [table = ''] = body.slice(body.indexOf('\n') + 1).split('\n\n');
  return table
    .split('\n')
    .map((row) =>
      row.split('|').map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)),
    );
};
const blockWith = (start: string): string => blocks.find((block) => block.startsWith(start)) ?? '';

const service = z.strictObject({
  image: z.string(),
  command: z.string(),
  working_dir: z.string().optional(),
  volumes: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  stop_grace_period: z.string().optional(),
  deploy: z.strictObject({ replicas: z.number() }).optional(),
  depends_on: z.array(z.string()).optional(),
});
const compose = z.strictObject({
  services: z.strictObject({ redis: service, worker: service, campaign: service }),
});

test('the campaign file that is shown', async (t) => {
  const text = blockWith('about:').replace('machines/ours.yaml', 'laptop-16g');
  const { kind, budget, check } = await loadCampaign(text, 'docs.yaml', ROOT);
  // 2 machines, 3 kernels, 2 command lines, 8 thread counts
  t.deepEqual([kind, budget.items, check.panic], ['boot', 96, 'fails']);
});

test('every kind with its dimensions and what it found, every generator', (t) => {
  t.deepEqual(
    rowsOf('| kind | dimensions | an expression may name |').map((row) => row.slice(1, 4)),
    [...KINDS].map(([name, { dimensions, facts }]) => [[name], [...dimensions.keys()], [...facts.keys()]]),
  );
  t.deepEqual(
    rowsOf('| generator | makes |').flatMap(([, names = []]) => names),
    [...GENERATORS.keys()],
  );
});

test('the compose file: three workers, one password, commands that are taken', async (t) => {
  const { redis, worker, campaign } = compose.parse(parse(blockWith('services:'))).services;
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-compose-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const results = join(folder, 'results');
  t.is(worker.deploy?.replicas, 3);
  t.true(redis.command.endsWith('--requirepass ${REDIS_PASSWORD}'), redis.command);
  for (const { environment, command, depends_on } of [worker, campaign]) {
    t.deepEqual(depends_on, ['redis']);
    const variable = environment?.['EARLYBOOT_REDIS']?.replace('${REDIS_PASSWORD}', 'secret') ?? '';
    const url = redisUrl('env', { EARLYBOOT_REDIS: variable });
    t.deepEqual([hostOf(url), url.password], ['redis:6379', 'secret']);
    // all is taken but the variable, which is not there: nothing is begun
    const words = command.replace('/results', results).split(' ');
    const { code, stderr } = await cli(words.slice(words.indexOf('earlyboot') + 1));
    t.is(code, 2);
    t.regex(stderr, /^earlyboot: EARLYBOOT_REDIS: expected redis:/);
    t.false(existsSync(results));
  }
});
