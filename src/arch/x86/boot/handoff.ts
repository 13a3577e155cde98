// Reads the payload's handoff block (docs/handoff.md) into BootParams.
import { InputError } from '../../../lib/input-error.ts';
import type { BootParams } from './params.ts';

/**
 * Parses the handoff block that the payload left in guest memory.
 * @throws InputError 'guest' with the offset of the first violated rule: magic, version, length, checksum, section bounds.
 */
export function parseHandoff(bytes: Uint8Array): BootParams {
  throw new InputError('guest', `handoff block of ${bytes.length} bytes: parser not written yet`);
}
