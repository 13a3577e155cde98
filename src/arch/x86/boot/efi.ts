// The handoff block's EFI section: what a loader found in the EFI system table, handed over as it came from fw_cfg.
import type { Fields } from './block.ts';
import type { EfiInfo } from './params.ts';

const HEADER_BYTES = 48;
const RECORD_BYTES = 32;
const NAME_BYTES = 24;

/** Counts and facts, then configuration tables, memory map and vendor (efiBytes of src/board/files.ts). */
export function parseEfi(section: Fields | undefined): EfiInfo | null {
  if (section === undefined) return null;
  const vendorBytes = section.u32(4);
  const tables = section.u32(8);
  const descriptors = section.u32(12);
  const memmapAt = HEADER_BYTES + tables * RECORD_BYTES;
  const vendorAt = memmapAt + descriptors * RECORD_BYTES;
  return {
    revision: section.u32(0),
    vendor: new TextDecoder().decode(section.copy(vendorAt, vendorBytes)),
    memmapAddr: section.safe(16),
    memmapSize: section.safe(24),
    memattrSize: section.safe(32),
    kernelAddr: section.safe(40),
    configTables: Array.from({ length: tables }, (_, i) => {
      const at = HEADER_BYTES + i * RECORD_BYTES;
      return {
        name: section.chars(at, NAME_BYTES).split('\0', 1)[0] ?? '',
        address: section.safe(at + NAME_BYTES),
      };
    }),
    memmap: Array.from({ length: descriptors }, (_, i) => {
      const at = memmapAt + i * RECORD_BYTES;
      return {
        type: section.u32(at),
        physAddr: section.u64(at + 8),
        numPages: section.u64(at + 16),
        attribute: section.u64(at + 24),
      };
    }),
  };
}
