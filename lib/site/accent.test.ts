import { describe, expect, it } from "vitest";
import { accentShades, contrast, rgbOf } from "./accent.ts";

describe("an accent", () => {
  it.each(["#ffe600", "#ffffff", "#000000", "#ff00ff", "#0a6079", "#7fff00"])(
    "of %s can be read: white on its button, itself on dark ground",
    (hex) => {
      const shades = accentShades(hex);
      expect(shades.every((shade) => /^#[0-9a-f]{6}$/.test(shade))).toBe(true);
      expect(contrast(rgbOf(shades[7]), [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
      expect(contrast(rgbOf(shades[6]), [255, 255, 255])).toBeGreaterThanOrEqual(3.9);
      expect(contrast(rgbOf(shades[3]), [20, 24, 27])).toBeGreaterThanOrEqual(4.5);
    },
  );

  it("that is dark enough stays as it was given", () => {
    expect(accentShades("#0a6079")[7]).toBe("#0a6079");
  });
});
