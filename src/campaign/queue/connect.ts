// BullMQ and ioredis, which are installed by who uses them, and connections to Redis.
import type * as BullMq from 'bullmq';
import type { Redis } from 'ioredis';
import { InputError } from '../../lib/input-error.ts';
import { hostOf } from './url.ts';

/** The packages, loaded. */
export interface QueueLibrary {
  readonly bullmq: typeof BullMq;
  readonly connect: (url: URL, say: (text: string) => void) => Promise<Redis>;
}

/** Ranges that are tested, as package.json's peerDependencies have them. */
const INSTALL = 'npm install bullmq@6 ioredis@6';
const FIRST_CONNECT_MS = 10_000;
const LONGEST_PAUSE_MS = 2000;

/** @throws InputError 'tool' where a package is missing */
export async function queueLibrary(): Promise<QueueLibrary> {
  try {
    const [bullmq, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]);
    return {
      bullmq,
      connect: (url, say) =>
        connected(
          new Redis(url.href, {
            maxRetriesPerRequest: null,
            lazyConnect: true,
            connectTimeout: FIRST_CONNECT_MS,
            retryStrategy: (times) => Math.min(100 * times, LONGEST_PAUSE_MS),
          }),
          hostOf(url),
          say,
        ),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')
      throw new InputError('tool', `--redis needs the packages bullmq and ioredis: ${INSTALL}`);
    throw error;
  }
}

/** Connects for the first time, or says why not; a connection that is lost later comes back by itself. */
async function connected(redis: Redis, host: string, say: (text: string) => void): Promise<Redis> {
  let ready = false;
  let told = false;
  let last = 'the connection is lost';
  const failure = new Promise<never>((_, reject) => {
    redis.on('error', (error: Error) => {
      last = reason(error);
      if (!ready) reject(new InputError('tool', `Redis at ${host}: ${last}`));
    });
  });
  redis.on('reconnecting', () => {
    if (ready && !told) say(`Redis at ${host}: ${last}; waiting for it`);
    told = true;
  });
  redis.on('ready', () => {
    if (ready && told) say(`Redis at ${host} is back`);
    told = false;
  });
  try {
    await Promise.race([redis.connect(), failure]);
    await Promise.race([redis.ping(), failure]);
  } catch (error) {
    redis.disconnect();
    throw error instanceof InputError
      ? error
      : new InputError(
          'tool',
          `Redis at ${host}: ${reason(error instanceof Error ? error : new Error(String(error)))}`,
        );
  }
  ready = true;
  return redis;
}

function reason(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // of a command that was refused ioredis keeps the arguments, a password among them; its message is the server's own
  return error.message === '' ? code : (error.message.split('\n', 1)[0] ?? code);
}
