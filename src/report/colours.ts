// Colours that are computed: mixed ones, and as many light grounds with their inks as there are nodes.

/** `share` of `b` and the rest of `a`; both as #rrggbb. */
export function mixed(a: string, b: string, share: number): string {
  const [from, to] = [channels(a), channels(b)];
  return hexOf(from.map((value, i) => value + ((to[i] ?? 0) - value) * share));
}

/** By this angle hues go on without ever coming back to one. */
const GOLDEN_ANGLE = 137.508;
const FIRST_HUE = 212;

/** A light ground and a dark ink of one hue; neighbours are far apart. */
export function pastel(nth: number): readonly [ground: string, ink: string] {
  const hue = (FIRST_HUE + nth * GOLDEN_ANGLE) % 360;
  return [fromHsl(hue, 0.7, 0.82), fromHsl(hue, 0.6, 0.28)];
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

function hexOf(values: readonly number[]): string {
  return `#${values.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}

/** CSS Color 4, "HSL Colors": the conversion to sRGB. */
function fromHsl(hue: number, saturation: number, lightness: number): string {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number): number => {
    const k = (n + hue / 30) % 12;
    return 255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return hexOf([channel(0), channel(8), channel(4)]);
}
