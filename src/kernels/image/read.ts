// Everything that early boot needs to know of a kernel image, read from its bytes.
import { isBzImage, payloadHeader, type PayloadHeader } from './boot_header.ts';
import { Btf } from './btf.ts';
import { badImage } from './bytes.ts';
import { memblockCallSites } from './call_sites.ts';
import { callersOf } from './callers.ts';
import { embeddedConfig, kernelConfig } from './configuration.ts';
import { Elf } from './elf.ts';
import { parseConfig, type Options } from './options.ts';
import { linkedFacts, percpuSizes } from './facts.ts';
import { linked32, structs32 } from './i386.ts';
import { knownParams } from './parameters.ts';
import { decompressPayload } from './payload.ts';
import type { ImageFiles } from './read_files.ts';
import { structFacts } from './structs.ts';
import { bannerOf, symbolsOf } from './symbol_sources.ts';
import type { Symbols } from './symbols.ts';
import type { ImageFacts, KernelProfile } from '../../kernel/profile.ts';
import { alignUp } from '../../lib/align.ts';
import { rulesOf } from '../history.ts';
import { upstreamVersion } from '../upstream_version.ts';
import { InputError } from '../../lib/input-error.ts';
import { KiB, MiB, PAGE_SIZE } from '../../lib/units.ts';

/** Facts that no image shows; they are the given profile's and marked as assumed. */
export type Unreadable = Pick<ImageFacts, 'earlyPages' | 'sizeofIoTlbSlot' | 'sizeofIoTlbArea'>;

/**
 * Reads a bzImage or vmlinux.
 * @throws InputError 'image', one line that begins with `name`
 */
export async function readImage(
  data: Uint8Array,
  name: string,
  files: ImageFiles,
  base: { readonly name: string; readonly image: Unreadable },
): Promise<KernelProfile> {
  try {
    return await read(data, files, base);
  } catch (error) {
    if (error instanceof InputError && error.kind === 'image')
      throw new InputError('image', `${name}: ${error.message}`);
    throw error;
  }
}

async function read(
  data: Uint8Array,
  files: ImageFiles,
  base: { readonly name: string; readonly image: Unreadable },
): Promise<KernelProfile> {
  const header = isBzImage(data) ? payloadHeader(data) : null;
  if (!header && data[0] !== 0x7f)
    throw badImage(
      'neither a bzImage nor an ELF file: expected a kernel image (vmlinuz or vmlinux) for x86-64',
    );
  const elf = new Elf(header ? (await decompressPayload(header.payload, files.hostZstd)).elf : data);
  if (header && header.is64 !== null && header.is64 !== (elf.wordBytes === 8))
    throw badImage(
      `boot header: ${header.is64 ? 'a' : 'no'} 64-bit entry point: expected the header of the ${8 * elf.wordBytes}-bit kernel in it`,
    );
  const symbols = symbolsOf(elf, files.systemMap);
  const section = elf.section('.BTF');
  const btf = section && section.bytes.length > 0 ? new Btf(section.bytes, elf.wordBytes) : null;
  const embedded = await embeddedConfig(elf, symbols);
  const file = files.config && parseConfig(files.config.text, files.config.name);
  const options: Options | null = embedded ?? file ?? null;
  const banner = bannerOf(elf, symbols);
  const known = kernelConfig(
    { elf, symbols, btf, banner },
    options,
    embedded ? 'image' : `config file ${files.config?.name ?? ''}`,
  );
  const sources: Record<string, string> = { ...known.sources };
  checkConfig(file, files.config?.name ?? '', banner);
  const image = imageFacts({ elf, symbols, btf, header, banner }, base, sources);
  const release = releaseOf(banner);
  const version = upstreamVersion(release, banner);
  return {
    ...{ name: release, release, image, config: known.config, sources },
    ...{ version, rules: rulesOf(version) },
  };
}

const releaseOf = (banner: string): string => banner.split(' ')[2] ?? '';

/** A configuration names the version it is for in a comment: `# Linux/x86 6.1.192 Kernel Configuration`. */
function checkConfig(options: Options | undefined, name: string, banner: string): void {
  const build = options?.get('BUILD_SALT');
  if (build === undefined || build === '' || build === releaseOf(banner)) return;
  throw badImage(`${name}: configuration of ${build}: expected that of ${releaseOf(banner)}`);
}

interface Parts {
  readonly elf: Elf;
  readonly symbols: Symbols;
  readonly btf: Btf | null;
  readonly header: PayloadHeader | null;
  readonly banner: string;
}

function imageFacts(
  { elf, symbols, btf, header, banner }: Parts,
  base: { readonly name: string; readonly image: Unreadable },
  sources: Record<string, string>,
): ImageFacts {
  const linked = elf.wordBytes === 4 ? linked32(elf) : linkedFacts(elf, symbols);
  const percpu = percpuSizes(elf, symbols);
  const assumed = (fact: string, why: string): void => {
    sources[`image.${fact}`] = `assumed: ${why}`;
  };
  if (!percpu) {
    assumed('percpuReserved', '8 KiB');
    assumed('percpuDynamic', '28 KiB');
  }
  if (!header) {
    assumed('initSize', 'from _text to _end, no boot header');
    assumed('kernelAlignment', '2 MiB, no boot header');
  }
  assumed('earlyPages', `as measured with ${base.name}`);
  const callSites = memblockCallSites(elf, symbols, btf);
  const i386 = elf.wordBytes === 4 ? { pae: symbols.has('pud_populate') } : null;
  const structs = i386 ? structs32(i386.pae) : structFacts(btf, base.image);
  for (const fact of structs.assumed)
    if (i386) assumed(fact, "6.1's structs on i386");
    else assumed(fact, btf ? `as in ${base.name}` : 'no BTF in the image');
  return {
    banner,
    ...linked,
    initSize: header?.initSize ?? alignUp(linked.imageEnd - linked.textStart, PAGE_SIZE),
    kernelAlignment: header?.kernelAlignment ?? 2 * MiB,
    percpuReserved: percpu?.reserved ?? 8 * KiB,
    percpuDynamic: percpu?.dynamic ?? 28 * KiB,
    earlyPages: base.image.earlyPages,
    ...structs.facts,
    ...(i386 ? { i386 } : {}),
    params: knownParams(elf, symbols),
    callers: callersOf(callSites),
    callSites,
  };
}
