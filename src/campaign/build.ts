// Which build of earlyboot this is: its version, and a hash over its code. Workers and results of another one do not fit.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../board/package_file.ts';

const DIGITS = 12;
const CODE = /\.(?:js|ts|json|bin)$/;

let known: string | null = null;

/** `0.1.0+1a2b3c4d5e6f` */
export function buildId(): string {
  known ??= compute();
  return known;
}

function compute(): string {
  const manifest: unknown = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  const folder = packageFile(import.meta.url.endsWith('.ts') ? 'src' : 'dist');
  const hash = createHash('sha256');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!CODE.test(file) || file.endsWith('.d.ts')) continue;
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(folder, file)));
  }
  return `${String(version)}+${hash.digest('hex').slice(0, DIGITS)}`;
}
