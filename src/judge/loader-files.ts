// The fw_cfg files that firmware/linux.asm reads: map, tables, addresses, command line, kernel, initrd.
import type { BoardConfig } from '../board/config.ts';
import { boardFiles } from '../board/files.ts';
import type { FwCfgFile } from '../board/fw-cfg.ts';
import { concatBytes } from '../lib/bytes.ts';
import type { Placed } from '../machine/spec.ts';
import type { Places } from './place.ts';

const BLOB_ENTRY_BYTES = 16;
/** Of the files that the payload's ROM knows, those that the loader reads as well. */
const SHARED = ['e820', 'cmdline', 'bda', 'faults'];

/** What is loaded beside what the description says. */
export interface Loaded {
  readonly places: Places;
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array;
  /** Tables that the description names otherwise than as bytes: SMBIOS. */
  readonly tables: readonly Placed[];
  /** struct boot_params, for a kernel that starts without its setup code. */
  readonly params?: Uint8Array | undefined;
}

/** The files of `config` with a kernel. */
export function loaderFiles(config: BoardConfig, loaded: Loaded): FwCfgFile[] {
  const shared = boardFiles(config, { address: 0, bytes: 0 }).filter((file) =>
    SHARED.includes(file.name.slice(file.name.lastIndexOf('/') + 1)),
  );
  return [
    ...shared,
    { name: 'opt/earlyboot/blobs', bytes: blobsFile([...config.blobs, ...loaded.tables]) },
    ...(loaded.params === undefined ? [] : [{ name: 'opt/earlyboot/params', bytes: loaded.params }]),
    { name: 'opt/earlyboot/load', bytes: loadFile(loaded.places) },
    { name: 'opt/earlyboot/kernel', bytes: loaded.kernel },
    { name: 'opt/earlyboot/initrd', bytes: loaded.initrd },
  ];
}

/** u32 address of the image, u32 address of the initrd. */
function loadFile(places: Places): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, places.image, true);
  view.setUint32(4, places.initrd, true);
  return bytes;
}

/** An entry for each blob (u64 address, u32 size, u32 offset in the file), one of zeros, the bytes. */
export function blobsFile(blobs: readonly Placed[]): Uint8Array {
  const filled = blobs.filter((blob) => blob.bytes.length > 0);
  const head = new Uint8Array(BLOB_ENTRY_BYTES * (filled.length + 1));
  const view = new DataView(head.buffer);
  let offset = head.length;
  for (const [i, blob] of filled.entries()) {
    view.setBigUint64(i * BLOB_ENTRY_BYTES, BigInt(blob.address), true);
    view.setUint32(i * BLOB_ENTRY_BYTES + 8, blob.bytes.length, true);
    view.setUint32(i * BLOB_ENTRY_BYTES + 12, offset, true);
    offset += blob.bytes.length;
  }
  return concatBytes([head, ...filled.map((blob) => blob.bytes)]);
}
