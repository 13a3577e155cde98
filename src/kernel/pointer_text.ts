// How %p printed addresses of the direct mapping: as they are, and since 4.15 hidden until there is enough randomness to hash them.

/** Where the direct mapping begins with four page-table levels, before 4.20 and without KASLR (page_offset_base). */
const PAGE_OFFSET = 0xffff_8800_0000_0000n;

/** `ffff8800000fd870`, or what stands for a pointer that is not shown. */
export function pointerText(physical: number, form: 'address' | 'pointer'): string {
  return form === 'address' ? (PAGE_OFFSET + BigInt(physical)).toString(16) : '(____ptrval____)';
}
