// earlyboot page: serves the page where machines boot live in the browser.
import { once } from 'node:events';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { InvalidArgumentError } from 'commander';
import { InputError } from '../lib/input-error.ts';
import { fileErrorText } from '../machine/import/file-error.ts';
import { warn, type CliIo } from './io.ts';
import { builtPage, copyPage, pageParts } from './page/parts.ts';
import { ISOLATION, staticServer } from './page/static-server.ts';

const HELP = `
The page boots machines under v86 in the browser: the map, the CPUs and the log over time, questions, failing schedules. Nothing is
sent anywhere. The server is reached from this computer alone, unless --host says otherwise; Ctrl-C ends it.

Examples:
  earlyboot page --open
  earlyboot page --port 9000
  earlyboot page -o public        the files, for a static server of your own`;

const DEFAULT_PORT = 8086;
const DEFAULT_HOST = '127.0.0.1';
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;
const MAX_PORT = 65_535;

/** 0 stands for any that is free. */
function portNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > MAX_PORT)
    throw new InvalidArgumentError('expected a port from 0 (any that is free) to 65535.');
  return value;
}

/** `page [options]` */
export function pageCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Serves the page where machines boot live in the browser.')
    .option('--port <n>', 'port to listen on; 0: any that is free', portNumber, DEFAULT_PORT)
    .option('--host <address>', 'address to listen on; 0.0.0.0: all', DEFAULT_HOST)
    .option('--open', 'open it in the browser')
    .option('-o, --output <dir>', 'write the files there and serve nothing')
    .addHelpText('after', HELP)
    .action(async ({ port, host, open, output }) => {
      const folder = builtPage();
      if (folder === undefined)
        throw new InputError('file', 'the page is not built: npm run page builds and serves it');
      if (output !== undefined) {
        writePage(folder, resolve(io.cwd, output), output);
        io.stdout(`${output}: the page, for any static server\n`);
        return;
      }
      const local = LOOPBACK.test(host);
      const server = staticServer(
        pageParts(folder),
        local ? { headers: ISOLATION } : { headers: ISOLATION, host },
      );
      const address = await listening(server, port, host);
      if (!local) warn(io, `--host ${host}: whoever reaches this computer can read the page`);
      io.stdout(`${address} (Ctrl-C ends it)\n`);
      if (open === true) {
        const { default: openInBrowser } = await import('open');
        await openInBrowser(address);
      }
      await once(server, 'close');
    });
}

/** @throws InputError 'file' for a folder that cannot be written to */
function writePage(folder: string, out: string, name: string): void {
  if (existsSync(out) && !statSync(out).isDirectory())
    throw new InputError('file', `${name}: is not a folder`);
  try {
    mkdirSync(out, { recursive: true });
    copyPage(folder, out);
  } catch (error) {
    throw new InputError('file', `${name}: ${fileErrorText(error)}`);
  }
}

/** Its address. @throws InputError 'usage' where the port or the address cannot be had */
async function listening(server: Server, port: number, host: string): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new InputError('usage', refusal(error, port, host));
  }
  // a server that listens on a port has one
  const { port: taken } = server.address() as AddressInfo;
  const anywhere = host === '0.0.0.0' || host === '::';
  const shown = anywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${taken}/`;
}

function refusal(error: unknown, port: number, host: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `--port ${port}: in use: expected a free one (0 finds one)`;
  if (code === 'EACCES') return `--port ${port}: not permitted: expected one from 1024`;
  return `--host ${host}: no address of this computer: expected one, such as 127.0.0.1 or 0.0.0.0`;
}
