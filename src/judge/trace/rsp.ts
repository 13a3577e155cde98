// Packets of gdb's remote serial protocol (GDB manual, appendix E.1): `$data#checksum`, acknowledged with `+`.

const ESCAPE = 0x7d;
const ESCAPE_XOR = 0x20;
const REPEAT = 0x2a;
/** A repeat count is a printable character: the count plus this. */
const REPEAT_BIAS = 29;
const START = 0x24;
const END = 0x23;
const CHECKSUM_DIGITS = 2;

/** A packet with `data`, which is ASCII without `$`, `#` and `}`. */
export function encodePacket(data: string): Uint8Array {
  const bytes = new TextEncoder().encode(data);
  return new TextEncoder().encode(`$${data}#${checksum(bytes)}`);
}

function checksum(bytes: Uint8Array): string {
  const sum = bytes.reduce((total, byte) => (total + byte) & 0xff, 0);
  return sum.toString(16).padStart(CHECKSUM_DIGITS, '0');
}

/** Takes packets out of a stream; acknowledgements and what lies between packets are passed over. */
export class PacketReader {
  #bytes: number[] = [];

  /**
   * The packets that are complete now, decoded.
   * @throws Error where a checksum is wrong
   */
  add(chunk: Uint8Array): string[] {
    for (const byte of chunk) this.#bytes.push(byte);
    const packets: string[] = [];
    for (;;) {
      const start = this.#bytes.indexOf(START);
      const end = start === -1 ? -1 : this.#bytes.indexOf(END, start);
      if (end === -1 || this.#bytes.length < end + 1 + CHECKSUM_DIGITS) return packets;
      const body = Uint8Array.from(this.#bytes.slice(start + 1, end));
      const sum = String.fromCharCode(...this.#bytes.slice(end + 1, end + 1 + CHECKSUM_DIGITS));
      this.#bytes = this.#bytes.slice(end + 1 + CHECKSUM_DIGITS);
      if (checksum(body) !== sum.toLowerCase())
        throw new Error(`gdb stub: a packet's checksum is ${checksum(body)}, it says ${sum}`);
      packets.push(decode(body));
    }
  }
}

/** Escapes and repetitions undone. */
function decode(body: Uint8Array): string {
  let text = '';
  for (let i = 0; i < body.length; i++) {
    const byte = body[i] as number;
    if (byte === ESCAPE) {
      i += 1;
      text += String.fromCharCode((body[i] ?? 0) ^ ESCAPE_XOR);
    } else if (byte === REPEAT) {
      i += 1;
      text += text.slice(-1).repeat(Math.max(0, (body[i] ?? 0) - REPEAT_BIAS));
    } else text += String.fromCharCode(byte);
  }
  return text;
}
