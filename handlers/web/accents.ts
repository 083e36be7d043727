// The page's backgrounds in the light and the dark scheme, on which the accent colour must be legible.
const soft = { light: "#f0ece1", dark: "#252c28" };
/** Contrast that text needs on its background (WCAG 2.2, 1.4.3). */
const enough = 4.5;

/**
 * A colour of the operator's as the accents of both schemes: darkened or lightened in steps of 2 % until text in it
 * is legible.
 *
 * @param color `#rrggbb`
 */
export function accentsFor(color: string): { readonly light: string; readonly dark: string } {
  return {
    light: untilLegible(color, soft.light, 0),
    dark: untilLegible(color, soft.dark, 255),
  };
}

function untilLegible(color: string, background: string, towards: number): string {
  const from = channelsOf(color);
  for (let step = 0; step < 50; step += 1) {
    const mixed = from.map((channel) => Math.round(channel + ((towards - channel) * step) / 50));
    if (contrast(mixed, channelsOf(background)) >= enough) return toHex(mixed);
  }
  return toHex(from.map(() => towards));
}

function channelsOf(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}

function toHex(channels: readonly number[]): string {
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

/** The contrast ratio of two colours, from 1 to 21 (WCAG 2.2). */
function contrast(one: readonly number[], other: readonly number[]): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(channels: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = channels.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
