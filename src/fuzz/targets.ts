// The fuzz targets that campaigns run as well; those that read what only the sources have are in fuzz/targets/.
import type { CreateTarget } from './target.ts';

interface TargetModule {
  readonly create: CreateTarget;
}

/** By name; bundlers need each name written out. */
export const SHARED_TARGETS: ReadonlyMap<string, () => Promise<TargetModule>> = new Map([
  ['description', () => import('./targets/description.ts')],
  ['log', () => import('./targets/log.ts')],
  ['acpi', () => import('./targets/acpi.ts')],
  ['cmdline', () => import('./targets/cmdline.ts')],
  ['record', () => import('./targets/record.ts')],
]);
