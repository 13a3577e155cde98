// A machine goes into a board and comes out of the guest: what was described is what the kernel model gets, and nothing else.
import type { BootParams } from '../arch/x86/boot/params.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { toBoardConfig } from '../machine/spec/to-board.ts';
import { Wrong } from './target.ts';

/** detect_memory_e820 takes so many entries. */
const MOST_ENTRIES = 128;

/** @throws Wrong with the first thing that differs */
export function checkHandoff(spec: MachineSpec, params: BootParams, cmdline: string): void {
  const config = toBoardConfig(spec, { cmdline });
  same('map', spec.map.slice(0, MOST_ENTRIES), params.e820);
  same('command line', new TextDecoder().decode(new TextEncoder().encode(cmdline)), params.cmdline);
  same('initrd', config.ramdisk, params.ramdisk);
  same('CPUID', config.cpuid, params.cpuid);
  same('DMI', config.dmi ?? null, params.dmi);
  if (params.acpi === null) return;
  const placed = new Map(config.blobs.map((blob) => [blob.address, blob.bytes]));
  for (const { signature, address, bytes } of params.acpi.tables) {
    const described = placed.get(address);
    if (!described)
      throw new Wrong(`the guest found a table ${signature} at ${address}, where none was described`);
    const both = Math.min(described.length, bytes.length);
    same(`table ${signature}`, hexOf(described.subarray(0, both)), hexOf(bytes.subarray(0, both)));
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function same(what: string, described: unknown, found: unknown): void {
  const [a, b] = [textOf(described), textOf(found)];
  if (a === b) return;
  const at = [...a].findIndex((char, i) => char !== b[i]);
  const around = (text: string): string => text.slice(Math.max(0, at - 20), at + 40);
  throw new Wrong(`${what}: described "${around(a)}", found "${around(b)}"`);
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item));
}
