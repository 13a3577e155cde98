// Which facts of a kernel nobody told: those whose source says so, by the groups of kernel/assumed.ts.
import type { AssumableName, Assumed } from '../kernel/assumed.ts';
import type { ImageFacts, KernelConfig, KernelProfile } from '../kernel/profile.ts';

/** The group of each fact; what boot does not use is in none. */
const IMAGE: { readonly [K in keyof ImageFacts]?: AssumableName } = {
  textStart: 'kernel.layout',
  endOfKernelReserve: 'kernel.layout',
  imageEnd: 'kernel.layout',
  initSize: 'kernel.layout',
  kernelAlignment: 'kernel.layout',
  realModeSize: 'kernel.layout',
  freedParts: 'kernel.layout',
  codeK: 'kernel.sizes',
  rwdataK: 'kernel.sizes',
  rodataK: 'kernel.sizes',
  initK: 'kernel.sizes',
  bssK: 'kernel.sizes',
  percpuStatic: 'kernel.percpu',
  percpuReserved: 'kernel.percpu',
  percpuDynamic: 'kernel.percpu',
  earlyPages: 'kernel.earlyPages',
  sizeofPglistData: 'kernel.structs',
  sizeofMemSection: 'kernel.structs',
  sizeofMemSectionUsage: 'kernel.structs',
  sizeofPcpuChunk: 'kernel.structs',
  sizeofPcpuBlockMd: 'kernel.structs',
  sizeofPrbDesc: 'kernel.structs',
  sizeofPrintkInfo: 'kernel.structs',
  sizeofIoTlbSlot: 'kernel.structs',
  sizeofIoTlbArea: 'kernel.structs',
  structPage: 'kernel.structs',
  params: 'kernel.parameters',
  callers: 'kernel.callSites',
};
const CONFIG: { readonly [K in keyof KernelConfig]?: AssumableName } = {
  nrCpus: 'config.limits',
  maxNumnodes: 'config.limits',
  logBufShift: 'config.logBuffer',
  logCpuMaxBufShift: 'config.logBuffer',
  initOnAlloc: 'config.initMemory',
  initOnFree: 'config.initMemory',
  initStack: 'config.initMemory',
  deferredStructPageInit: 'config.deferred',
  zoneDma: 'config.zoneDma',
  hz: 'config.other',
  x86FiveLevel: 'config.other',
  numaEmu: 'config.other',
  x86Mpparse: 'config.other',
  cma: 'config.other',
  pageExtension: 'config.other',
  shufflePageAllocator: 'config.other',
  hugetlbVmemmap: 'config.other',
  swiotlbDynamic: 'config.other',
  numa: 'config.other',
  cpumaskOffstack: 'config.other',
  zoneDevice: 'config.other',
  hibernation: 'config.other',
  memoryHotplug: 'config.other',
  pci: 'config.other',
};
const GROUPS: ReadonlyMap<string, AssumableName> = new Map([
  ['rules', 'kernel.rules'] as const,
  ...Object.entries(IMAGE).map(([name, group]) => [`image.${name}`, group] as const),
  ...Object.entries(CONFIG).map(([name, group]) => [`config.${name}`, group] as const),
]);

const ASSUMED = /^assumed: (.*)$/;

/** `sources` of a kernel whose facts are all taken from another one. */
export function sourcesOfAnother(release: string): Readonly<Record<string, string>> {
  const facts = [...GROUPS.keys()].filter((path) => path !== 'rules');
  return Object.fromEntries(facts.map((path) => [path, `assumed: as in ${release}`]));
}

/** A fact for each group of which a member is assumed, with that member's words. */
export function assumedFacts({ sources = {} }: Pick<KernelProfile, 'sources'>): readonly Assumed[] {
  const from = new Map(Object.entries(sources));
  const taken = new Map<AssumableName, string>();
  for (const [path, group] of GROUPS) {
    const words = ASSUMED.exec(from.get(path) ?? '')?.[1];
    if (words !== undefined && !taken.has(group)) taken.set(group, words);
  }
  return [...taken].map(([fact, words]) => ({ fact, taken: words }));
}
