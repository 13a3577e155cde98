// The types of an image, for those who read a running kernel's memory.
import { isBzImage, payloadHeader } from './boot_header.ts';
import { Btf } from './btf.ts';
import { badImage } from './bytes.ts';
import { Elf } from './elf.ts';
import { decompressPayload, type HostZstd } from './payload.ts';

/**
 * The BTF of a bzImage or vmlinux.
 * @throws InputError 'image' where it is no kernel for x86, or has no BTF
 */
export async function imageTypes(data: Uint8Array, hostZstd?: HostZstd): Promise<Btf> {
  const elf = isBzImage(data) ? (await decompressPayload(payloadHeader(data).payload, hostZstd)).elf : data;
  const file = new Elf(elf);
  const section = file.section('.BTF');
  if (section === undefined || section.bytes.length === 0)
    throw badImage('no BTF: expected a kernel with CONFIG_DEBUG_INFO_BTF');
  return new Btf(section.bytes, file.wordBytes);
}
