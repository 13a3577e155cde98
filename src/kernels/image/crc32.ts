// CRC-32 as xz and gzip use it (IEEE 802.3, reflected, polynomial 0xedb88320).

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The checksum of `data`, as an unsigned number. */
export function crc32(data: Uint8Array): number {
  let value = 0xffffffff;
  for (let i = 0; i < data.length; i++)
    value = (value >>> 8) ^ (TABLE[(value ^ (data[i] as number)) & 0xff] as number);
  return (value ^ 0xffffffff) >>> 0;
}
