/** Eight hues after Okabe and Ito, told apart with every kind of colour vision; darker on light ground, lighter on dark. */
const light = [
  "#0a6079",
  "#c2570c",
  "#0b8f6b",
  "#a8457f",
  "#2f6fb5",
  "#9a6b00",
  "#7a4fb3",
  "#c23a2e",
] as const;
const dark = [
  "#5cb3cc",
  "#e89a5b",
  "#4fc7a1",
  "#dd8fbb",
  "#82b4ea",
  "#dcb04a",
  "#b79bea",
  "#f08f84",
] as const;

export function hueColor(hue: number | null, scheme: "light" | "dark"): string {
  if (hue === null) return scheme === "light" ? "#8c979e" : "#76818a";
  return (scheme === "light" ? light : dark)[hue % light.length] ?? light[0];
}
