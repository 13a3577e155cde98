// What a kernel file has to look like: those that users and the cache hand in are checked before anything is made of them.
import { z } from 'zod';
import { IMAGE_NUMBERS } from '../kernel/image_facts.ts';
import { InputError } from '../lib/input-error.ts';
import { KERNEL_FILE_FIRST_VERSION, KERNEL_FILE_VERSION, type KernelFile } from './kernel_file.ts';

const size = z.int().min(0);
const texts = z.array(z.string());
const by = <T extends z.ZodType>(value: T): z.ZodRecord<z.ZodString, T> => z.record(z.string(), value);

const sizes = Object.fromEntries(IMAGE_NUMBERS.map((name) => [name, size])) as Record<
  (typeof IMAGE_NUMBERS)[number],
  z.ZodInt
>;

const NUMBERS = ['hz', 'nrCpus', 'maxNumnodes', 'logBufShift', 'logCpuMaxBufShift'] as const;
const FLAGS = ['x86FiveLevel', 'initOnAlloc', 'initOnFree'] as const;
const MAYBE = [
  'deferredStructPageInit',
  'zoneDma',
  'numa',
  'numaEmu',
  'cpumaskOffstack',
  'x86Mpparse',
  'cma',
  'pageExtension',
  'shufflePageAllocator',
  'transparentHugepage',
  'kfence',
  'unacceptedMemory',
  'hugetlbVmemmap',
  'swiotlbDynamic',
  'kexecHandover',
  'randomizeBase',
] as const;

/** As src/init/early_takes.ts reads them. */
const takes = z.string().regex(/^((\d*[spr][0-3]n?|f)( |$))*$/);
const waiting = z.array(z.strictObject({ batch: size, pages: size }));

const schema = z.strictObject({
  version: z.literal(KERNEL_FILE_VERSION),
  name: z.string().min(1),
  release: z.string(),
  banner: z.string().startsWith('Linux version '),
  image: z.strictObject({
    ...sizes,
    freedParts: z.array(z.string().regex(/^0x[0-9a-f]+-0x[0-9a-f]+$/)),
    earlyPages: z.strictObject({
      ...{ onBootNode: size, interleaved: size, perCpu: size, perCpuOnBootNode: size },
      further: z
        .strictObject({
          ...{ severalCpus: size, perNode: size, perHelper: size },
          takes: z.strictObject({ untilTables: takes, untilProcesses: takes, onBootNode: takes }),
          waitingPerCpu: waiting,
        })
        .optional(),
    }),
    sizes: by(size).optional(),
    structPage: z
      .strictObject({ size, flags: size, lru: size, private: size, mapcount: size, refcount: size })
      .optional(),
    pageFlags: z.string().optional(),
    i386: z.strictObject({ pae: z.boolean() }).optional(),
  }),
  config: z.strictObject({
    ...Object.fromEntries(NUMBERS.map((name) => [name, z.int().min(1)])),
    ...Object.fromEntries(FLAGS.map((name) => [name, z.boolean()])),
    ...Object.fromEntries(MAYBE.map((name) => [name, z.boolean().optional()])),
    cmaSizeMbytes: size.optional(),
    initStack: z.string().optional(),
  }),
  sources: by(z.string()),
  params: z.strictObject({ early: texts, setup: texts, wholeSetup: texts, core: texts }),
  callSites: by(z.string()),
});

/** The version that a file says it has; null where it says none. */
function versionIn(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('version' in value)) return null;
  return typeof value.version === 'number' ? value.version : null;
}

/** Whether it is meant to be a kernel file, of whatever version, and not a profile file. */
export function isKernelFile(value: unknown): boolean {
  return (versionIn(value) ?? 0) >= KERNEL_FILE_FIRST_VERSION;
}

/**
 * Checks what a file holds; `name` is the file's.
 * @throws InputError 'schema' with the path in it, the value and what was expected
 */
export function checkKernelFile(value: unknown, name: string): KernelFile {
  const version = versionIn(value);
  if (version !== null && version >= KERNEL_FILE_FIRST_VERSION && version < KERNEL_FILE_VERSION)
    throw new InputError(
      'schema',
      `${name}: version: ${version}: expected ${KERNEL_FILE_VERSION}: an earlier earlyboot made it, ` +
        `and "earlyboot profile VMLINUZ -o ${name}" makes it anew from the image`,
    );
  const found = schema.safeParse(value);
  if (found.success) return value as KernelFile;
  const issue = found.error.issues[0];
  const path = issue && issue.path.length > 0 ? issue.path.map(String).join('.') : '$';
  throw new InputError('schema', `${name}: ${path}: ${issue?.message ?? 'not a kernel file'}`);
}
