// Where Redis is. The URL may hold a password: nothing but the host's name and port is ever printed.
import { InputError } from '../../lib/input-error.ts';

const SCHEMES = new Map([
  ['redis:', 'redis:'],
  ['rediss:', 'rediss:'],
  ['valkey:', 'redis:'],
  ['valkeys:', 'rediss:'],
]);
const DEFAULT_PORT = '6379';
/** The variable that `--redis env` reads: a command line can be seen by every user of a host. */
const REDIS_VARIABLE = 'EARLYBOOT_REDIS';

/** @throws InputError 'usage' where `text`, or with `env` the variable, is no URL of Redis or Valkey */
export function redisUrl(text: string, env: Readonly<Record<string, string | undefined>>): URL {
  const value = text === 'env' ? env['EARLYBOOT_REDIS'] : text;
  const where = text === 'env' ? REDIS_VARIABLE : '--redis';
  const url = value !== undefined && URL.canParse(value) ? new URL(value) : null;
  const scheme = url === null ? undefined : SCHEMES.get(url.protocol);
  if (url === null || scheme === undefined || url.hostname === '')
    throw new InputError(
      'usage',
      `${where}: expected redis://HOST:PORT, or rediss:// for TLS; USER:PASSWORD@ before the host`,
    );
  return new URL(url.href.replace(/^[a-z]+:/, scheme));
}

/** `host:6379`: what may be printed. */
export function hostOf(url: URL): string {
  return `${url.hostname}:${url.port === '' ? DEFAULT_PORT : url.port}`;
}
