// The child: makes cases, runs them one after the other, says how each ended. It holds no state that a case may leave behind.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { caseOf, loadTarget } from '../cases.ts';
import type { Case, Target, Verdict } from '../../src/fuzz/target.ts';
import { judge } from '../../src/fuzz/verdict.ts';
import { ANSWERS_FD, encode, type Command, type Message } from './protocol.ts';
import type { SamplerData } from './sampler.ts';

const [moduleUrl = '', corpusUrl = '', deadlineMs = '', rssLimit = ''] = process.argv.slice(2);
const RSS_WATCHED_SHARE = 0.5;

const startedAt = Date.now();
const clock = new Int32Array(new SharedArrayBuffer(4));

function say(message: Message, withText = false): void {
  writeSync(ANSWERS_FD, `${encode(message, withText)}\n`);
}

async function run(target: Target, one: Case): Promise<Verdict> {
  const began = performance.now();
  Atomics.store(clock, 0, Math.max(1, Date.now() - startedAt));
  try {
    await target.run(one.bytes, one.deep);
    return { end: 'fine', message: '', ms: performance.now() - began };
  } catch (thrown) {
    const ms = performance.now() - began;
    return judge(thrown, new TextDecoder().decode(target.packing?.open(one.bytes) ?? one.bytes), ms);
  } finally {
    Atomics.store(clock, 0, 0);
  }
}

/** What escapes a case's promise is a fault of the case that runs, and the process cannot be trusted any more. */
process.on('uncaughtException', (error) => {
  const verdict = judge(error, '', 0);
  say({
    type: 'fatal',
    fault:
      verdict.end === 'failed'
        ? verdict.fault
        : { kind: 'error', message: `uncaught: ${error.message}`, stack: [] },
  });
  process.exit(1);
});

const samplerData: SamplerData = {
  clock,
  startedAt,
  deadlineMs: Number(deadlineMs),
  rssLimit: Number(rssLimit),
  rssWatched: Number(rssLimit) * RSS_WATCHED_SHARE,
};
new Worker(new URL('./sampler.ts', import.meta.url), { workerData: samplerData }).unref();
const target = await loadTarget({ module: new URL(moduleUrl), corpus: new URL(corpusUrl) });
say({ type: 'ready' });
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as Command;
  if ('base64' in command) {
    say({ type: 'start', at: 0 });
    const one = { bytes: new Uint8Array(Buffer.from(command.base64, 'base64')), deep: command.deep };
    say({ type: 'verdict', verdict: await run(target.target, one) }, true);
  } else {
    for (let at = command.from; at < command.to; at++) {
      const one = caseOf(target, command.seed, at);
      say({ type: 'start', at });
      say({ type: 'verdict', verdict: await run(target.target, one) });
    }
  }
  say({ type: 'done' });
}
