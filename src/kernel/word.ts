// What depends on whether a kernel has 32 or 64 bits.
import type { KernelProfile } from './profile.ts';

/** Bytes of a long and of a pointer. */
export function longBytes({ image }: KernelProfile): number {
  return image.i386 ? 4 : 8;
}

/** Bytes of a struct by its C name; `usual` is what it has where the image does not say. */
export function sizeOf({ image }: KernelProfile, name: string, usual: number): number {
  return new Map(Object.entries(image.sizes ?? {})).get(name) ?? usual;
}
