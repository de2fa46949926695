/** Ten shades of one colour, light to dark, as the theme wants them. */
export type Shades = readonly [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
type Rgb = readonly [number, number, number];

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];
/** WCAG AA for text; a little more, so that rounding cannot fall below. */
const enough = 4.6;

/**
 * Shades of an accent "#rrggbb". Shade 7 is the colour of buttons and links on light ground: the accent, darkened until
 * white on it can be read (4.5:1); shade 3 is its counterpart on dark ground, lightened likewise.
 */
export function accentShades(hex: string): Shades {
  const color = rgbOf(hex);
  const base = until(color, black, (shade) => contrast(shade, white) >= enough);
  const light = until(color, white, (shade) => contrast(shade, [20, 24, 27]) >= 7);
  const towards = (from: Rgb, to: Rgb, share: number) => format(mix(from, to, share));
  return [
    towards(color, white, 0.92),
    towards(color, white, 0.82),
    towards(light, white, 0.35),
    format(light),
    towards(base, light, 0.6),
    towards(base, light, 0.3),
    towards(base, light, 0.08),
    format(base),
    towards(base, black, 0.2),
    towards(base, black, 0.4),
  ];
}

/** WCAG's contrast ratio of two colours, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [lighter, darker] = [luminance(one), luminance(other)].toSorted((left, right) => right - left);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

/** "#rrggbb" as its three parts, 0 to 255. */
export function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function until(color: Rgb, towards: Rgb, isEnough: (shade: Rgb) => boolean): Rgb {
  for (let share = 0; share < 1; share += 0.02) {
    const shade = mix(color, towards, share);
    if (isEnough(shade)) return shade;
  }
  return towards;
}

function mix([r, g, b]: Rgb, [toR, toG, toB]: Rgb, share: number): Rgb {
  const part = (from: number, to: number) => Math.round(from + (to - from) * share);
  return [part(r, toR), part(g, toG), part(b, toB)];
}

function format(color: Rgb): string {
  return `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function luminance(color: Rgb): number {
  const [r = 0, g = 0, b = 0] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
