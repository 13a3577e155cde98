// Campaigns at a Redis: workers that are killed and stopped, a Redis that is restarted, a worker of another build.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { buildId } from '../../src/campaign/build.ts';
import type { Campaign } from '../../src/campaign/campaign.ts';
import { loadCampaign } from '../../src/campaign/file/load.ts';
import { coordinate } from '../../src/campaign/queue/coordinate.ts';
import { queueLibrary } from '../../src/campaign/queue/connect.ts';
import { announce } from '../../src/campaign/queue/names.ts';
import { serve } from '../../src/campaign/queue/serve.ts';
import { redisUrl, hostOf } from '../../src/campaign/queue/url.ts';
import { reportJson } from '../../src/campaign/report/json.ts';
import { reportJunit } from '../../src/campaign/report/junit.ts';
import { reportOn, type CampaignReport } from '../../src/campaign/report/report.ts';
import { Collector } from '../../src/campaign/report/summary.ts';
import { reportText } from '../../src/campaign/report/text.ts';
import { openFolder, resultsOf } from '../../src/campaign/results/folder.ts';
import { runLocally } from '../../src/campaign/run/local.ts';
import { engineHere } from '../../src/campaign/run/engine.ts';
import { cli } from '../helpers/cli.ts';
import { has } from '../helpers/process.ts';
import { ROOT } from '../helpers/sources.ts';

const PASSWORD = 'a-secret';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Debian's redis-server on a port of its own; nothing is kept on disk, so that a restart forgets everything. */
class RedisServer {
  readonly port: number;
  #process: ChildProcess | null = null;

  constructor(port: number) {
    this.port = port;
  }

  async start(): Promise<void> {
    const words = [
      '--port',
      String(this.port),
      '--save',
      '',
      '--appendonly',
      'no',
      '--requirepass',
      PASSWORD,
    ];
    const server = spawn('redis-server', words, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'ignore'] });
    this.#process = server;
    for await (const line of createInterface({ input: server.stdout }))
      if (line.includes('Ready to accept connections')) break;
    server.stdout.resume();
  }

  async stop(): Promise<void> {
    const server = this.#process;
    this.#process = null;
    if (server === null || server.exitCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'close');
  }
}

interface WorkerProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  said: string;
}

/** Resolves when the worker is ready for items. */
async function worker(t: ExecutionContext, url: string, name: string, folder = ROOT): Promise<WorkerProcess> {
  const args = ['worker', '--redis', 'env', '--limit', '1', '--name', name, '--lock', '2'];
  const child = spawn(process.execPath, [join(folder, 'src/cli/main.ts'), ...args], {
    env: { ...process.env, EARLYBOOT_REDIS: url },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const running: WorkerProcess = { child, ended: once(child, 'close'), said: '' };
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (data: Buffer) => {
      running.said += data.toString();
      if (running.said.includes('items at once')) resolve();
    });
    child.once('close', () => resolve());
  });
  return running;
}

/** Items of some milliseconds, some of which fail. */
const TEXT = `kind: explore
space:
  scenario: [hand-out-2x2, mutant/no-lock]
  schedules: 50
  seed: { range: { from: 1, to: 60 } }
`;

async function reportFrom(campaign: Campaign, path: string): Promise<CampaignReport> {
  const collector = new Collector(campaign);
  for (const result of resultsOf(path)) collector.add(result);
  return reportOn({ campaign, build: buildId() }, collector.get(), null);
}

const withoutTimes = (text: string): string => text.replace(/^time: .*\n/m, '');

const serial = has('redis-server') ? test.serial : test.serial.skip;

serial(
  'three workers, one killed, one stopped, Redis restarted: every item once, the report as the local one',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'earlyboot-queue-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const campaign = await loadCampaign(TEXT, 'queue.yaml', ROOT);
    const redis = new RedisServer(await freePort());
    await redis.start();
    t.teardown(() => redis.stop());
    const url = `redis://:${PASSWORD}@127.0.0.1:${redis.port}`;
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => worker(t, url, name)));
    if (!a || !b || !c) return t.fail('no workers');

    const path = join(folder, 'remote');
    const sink = openFolder(path, { campaign, build: buildId() }, () => undefined);
    const said: string[] = [];
    let stopped = false;
    let restarted: Promise<void> | null = null;
    const complete = await coordinate({
      ...{ campaign, build: buildId(), sink, folder: path, url: new URL(url) },
      now: () => performance.now(),
      say: (text) => said.push(text),
      onResults: () => {
        if (sink.done.count > 15) a.child.kill('SIGKILL');
        // a second signal would end it at once
        if (sink.done.count > 40 && !stopped) stopped = b.child.kill('SIGTERM');
        if (sink.done.count > 60) restarted ??= redis.stop().then(() => redis.start());
      },
    });
    sink.close();
    await restarted;
    t.true(complete);
    t.truthy(restarted);
    t.true(
      said.some((text) => text.startsWith(`Redis at 127.0.0.1:${redis.port}: `)),
      said.join('\n'),
    );
    t.true(said.includes(`Redis at 127.0.0.1:${redis.port} is back`));
    const numbers = [...resultsOf(path)].map(({ item }) => item).sort((x, y) => x - y);
    t.deepEqual(
      numbers,
      Array.from({ length: 120 }, (_, i) => i),
    );
    await b.ended;
    t.is(b.child.exitCode, 0, b.said);
    t.regex(b.said, /worker b: stopped, \d+ items done/);
    t.is(a.child.signalCode, 'SIGKILL');
    c.child.kill('SIGTERM');
    await c.ended;
    // nothing that was said has the password in it
    for (const text of [...said, a.said, b.said, c.said]) t.false(text.includes(PASSWORD), text);

    const here = join(folder, 'here');
    const local = openFolder(here, { campaign, build: buildId() }, () => undefined);
    t.true(await runLocally({ campaign, engine: engineHere(), sink: local, now: () => performance.now() }));
    local.close();
    const [remoteReport, localReport] = [await reportFrom(campaign, path), await reportFrom(campaign, here)];
    t.true(localReport.summary.counts.failed > 0 && localReport.summary.counts.ok > 0);
    t.is(withoutTimes(reportText(remoteReport)), withoutTimes(reportText(localReport)));
    const data = (report: CampaignReport): string => JSON.stringify({ ...reportJson(report), time: 0 });
    t.is(data(remoteReport), data(localReport));
    const junit = (report: CampaignReport): string => reportJunit(report).replace(/ time="[\d.]+"/g, '');
    t.is(junit(remoteReport), junit(localReport));
  },
);

test('where Redis is: what is taken, and what may be printed', (t) => {
  const url = redisUrl('env', { EARLYBOOT_REDIS: `valkeys://user:${PASSWORD}@host.example/2` });
  t.is(url.protocol, 'rediss:');
  t.is(hostOf(url), 'host.example:6379');
  t.is(hostOf(redisUrl('redis://127.0.0.1:7000', {})), '127.0.0.1:7000');
  for (const text of ['', 'http://x', `redis:${PASSWORD}`, 'env']) {
    const error = t.throws(() => redisUrl(text, {}), { name: 'InputError' }, text);
    t.false(error.message.includes(PASSWORD));
  }
});

serial('a worker of another build refuses with a word', async (t) => {
  const redis = new RedisServer(await freePort());
  await redis.start();
  t.teardown(() => redis.stop());
  const url = new URL(`redis://:${PASSWORD}@127.0.0.1:${redis.port}`);
  const { connect } = await queueLibrary();
  const client = await connect(url, () => undefined);
  const said: string[] = [];
  const stop = new AbortController();
  const work = () =>
    serve({
      ...{ url, build: 'ours', name: 'w', engine: engineHere(), lockMs: 2000, signal: stop.signal },
      say: (text) => {
        said.push(text);
        if (text.includes('items at once')) stop.abort();
      },
    });
  await announce(client, { id: 'x', name: 'theirs', build: '0.0.9+aaa' });
  await t.throwsAsync(work, {
    name: 'InputError',
    message: /^refuses campaign theirs: it is of earlyboot 0\.0\.9\+aaa, this is ours: /,
  });
  // with one that fits beside it, it works for that one
  await announce(client, { id: 'y', name: 'mine', build: 'ours' });
  t.is(await work(), 0);
  t.true(
    said.some((text) => text.startsWith('leaves campaign theirs to others')),
    said.join('\n'),
  );
  client.disconnect();
});

test('a Redis that is not there, or says no, is one line', async (t) => {
  const { code, stderr } = await cli(['worker', '--redis', `redis://:${PASSWORD}@127.0.0.1:1`]);
  t.is(code, 2);
  t.regex(stderr, /^earlyboot: Redis at 127\.0\.0\.1:1: .*ECONNREFUSED.*\n$/);
});
