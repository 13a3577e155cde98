// `import { bootWithImages, fetchImages } from 'earlyboot/browser'`: boots in a page or its worker, without anything of Node.
export {
  bootWithImages,
  fetchImages,
  machineFromText,
  type BootWithImagesOptions,
} from './api/boot-with-images.ts';
export type { BoardImages } from './board/board.ts';
export { Boot, type MemblockView, type StructPage, type TimelineEntry } from './api/boot.ts';
export { parseAcpi, type AcpiTable } from './api/acpi.ts';
export { parseDmesg, type Dmesg } from './api/dmesg.ts';
export { e820Lines, sanitizeE820, type E820Range } from './api/e820.ts';
export { BUILTIN_NAMES } from './machine/builtin/list.ts';
export { KERNEL_NAMES } from './api/kernels.ts';
export { Bug } from './lib/bug.ts';
export { InputError } from './lib/input-error.ts';
export type { RunRecord } from './init/record.ts';
export type { MachineSpec } from './machine/spec.ts';
