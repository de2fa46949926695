import { type CSSVariablesResolver, createTheme, type MantineThemeOverride } from "@mantine/core";
import { accentShades } from "#lib/site/accent";

const sans =
  'var(--font-sans), -apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const mono = 'var(--font-mono), ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace';

/**
 * Everything that gives the console its look: accent, greys, type, radius, density. Components are named, not
 * imported: an import here would load them all with the first page.
 */
const theme = createTheme({
  primaryColor: "petrol",
  primaryShade: { light: 7, dark: 6 },
  black: "#171c20",
  colors: {
    petrol: [
      "#ebf5f8",
      "#d4e9f0",
      "#a9d3e1",
      "#79bbd0",
      "#4ba2bd",
      "#258aa8",
      "#0e7390",
      "#0a6079",
      "#084d62",
      "#06394a",
    ],
    gray: [
      "#f6f7f8",
      "#eef0f1",
      "#e4e7e9",
      "#d6dbde",
      "#c6ced2",
      "#8c979e",
      "#5d6870",
      "#49535a",
      "#2e363c",
      "#1a2025",
    ],
    dark: [
      "#dce1e4",
      "#bbc3c8",
      "#98a2a9",
      "#76818a",
      "#39424a",
      "#2a3136",
      "#1f2529",
      "#14181b",
      "#0f1315",
      "#0a0d0e",
    ],
    red: [
      "#fdf0ee",
      "#fadcd8",
      "#f3b5ae",
      "#ec8d83",
      "#e4695d",
      "#d64a3d",
      "#c23a2e",
      "#a92f24",
      "#8a271e",
      "#6c2019",
    ],
    green: [
      "#ebf7f0",
      "#d3eddf",
      "#a6dabf",
      "#76c69d",
      "#4db27e",
      "#2f9c66",
      "#1c8453",
      "#166b43",
      "#125536",
      "#0d4029",
    ],
    yellow: [
      "#fcf5e6",
      "#f8e8c4",
      "#f0d08a",
      "#e7b752",
      "#dc9f26",
      "#bf8413",
      "#9a680a",
      "#7f5508",
      "#664507",
      "#4d3405",
    ],
  },
  fontFamily: sans,
  fontFamilyMonospace: mono,
  headings: { fontFamily: sans, fontWeight: "600" },
  fontSizes: { xs: "0.75rem", sm: "0.875rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  radius: { xs: "3px", sm: "5px", md: "6px", lg: "10px", xl: "14px" },
  defaultRadius: "md",
  shadows: {
    xs: "none",
    sm: "0 1px 2px rgb(16 24 32 / 6%)",
    md: "0 6px 24px -6px rgb(16 24 32 / 18%)",
    lg: "0 12px 40px -10px rgb(16 24 32 / 24%)",
    xl: "0 20px 60px -14px rgb(16 24 32 / 28%)",
  },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: {
      defaultProps: { size: "sm" },
      vars: (_theme: unknown, props: { size?: string }) =>
        props.size === "sm"
          ? { root: { "--button-height": "2rem", "--button-padding-x": "0.75rem" } }
          : { root: {} },
      styles: { label: { fontWeight: 500 } },
    },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Input: {
      // What holds several lines, chips for one, is as high as they are.
      vars: (_theme: unknown, { size = "sm", multiline }: { size?: string; multiline?: boolean }) => ({
        wrapper: {
          ...(size === "sm" ? { "--input-height": "2.125rem" } : {}),
          ...(size === "sm" && multiline !== true ? { "--input-size": "2.125rem" } : {}),
        },
      }),
    },
    InputWrapper: {
      styles: { label: { fontWeight: 500, marginBottom: 4 }, description: { marginBottom: 6 } },
    },
    TextInput: { defaultProps: { size: "sm" } },
    NumberInput: { defaultProps: { size: "sm", hideControls: true } },
    Textarea: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", checkIconPosition: "right" } },
    TagsInput: { defaultProps: { size: "sm" } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: false, fz: "xs" } },
    Menu: { defaultProps: { shadow: "md", position: "bottom-end" } },
    Popover: { defaultProps: { shadow: "md" } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 }, radius: "lg" },
    },
    Drawer: {
      defaultProps: { position: "right", size: 460, overlayProps: { backgroundOpacity: 0.3 } },
    },
    Alert: { defaultProps: { radius: "md" } },
  },
});

/** `--tg-*` are the roles that our own CSS uses; every text colour keeps 4.5:1 on its ground. */
const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: { "--tg-row": "36px", "--tg-header": "52px", "--tg-sidebar": "228px" },
  light: {
    "--tg-line": "#e6e9eb",
    "--tg-line-strong": "#d3d8db",
    "--tg-surface": "#f8f9f9",
    "--tg-hover": "#f4f6f6",
    "--tg-active": "#ebf4f7",
    "--tg-dim": "#5d6870",
    "--tg-accent": "#0a6079",
    "--tg-ok": "#166b43",
    "--tg-warn": "#85580a",
    "--tg-bad": "#b03126",
    "--tg-idle": "#5d6870",
    "--tg-ok-ground": "#ebf7f0",
    "--tg-warn-ground": "#fbf3e0",
    "--tg-bad-ground": "#fdf0ee",
    "--tg-idle-ground": "#f0f2f3",
    "--mantine-color-placeholder": "#6b767d",
    "--mantine-color-default-border": "#d3d8db",
    "--mantine-color-error": "#b03126",
    "--mantine-color-dimmed": "#5d6870",
    "--mantine-color-anchor": "#0a6079",
    "--mantine-color-petrol-light-color": "var(--tg-accent)",
    "--mantine-color-red-light-color": "var(--tg-bad)",
  },
  dark: {
    "--tg-line": "#262c31",
    "--tg-line-strong": "#39424a",
    "--tg-surface": "#101416",
    "--tg-hover": "#1a1f23",
    "--tg-active": "#15282f",
    "--tg-dim": "#98a2a9",
    "--tg-accent": "#79bbd0",
    "--tg-ok": "#62c492",
    "--tg-warn": "#e2b04a",
    "--tg-bad": "#f08f84",
    "--tg-idle": "#98a2a9",
    "--tg-ok-ground": "#12271c",
    "--tg-warn-ground": "#2b220d",
    "--tg-bad-ground": "#311916",
    "--tg-idle-ground": "#20262a",
    "--mantine-color-placeholder": "#88929a",
    "--mantine-color-default-border": "#39424a",
    "--mantine-color-error": "#f08f84",
    "--mantine-color-dimmed": "#98a2a9",
    "--mantine-color-anchor": "#79bbd0",
    // A quiet button says by its colour what it is, in the dark too.
    "--mantine-color-petrol-light-color": "var(--tg-accent)",
    "--mantine-color-red-light-color": "var(--tg-bad)",
  },
});

/** The theme, and its variables, with another accent in place of petrol. Null: as it is. */
export function themeFor(accent: string | null): [MantineThemeOverride, CSSVariablesResolver] {
  if (accent === null) return [theme, cssVariablesResolver];
  const petrol = accentShades(accent);
  const resolver: CSSVariablesResolver = (full) => {
    const { variables, light, dark } = cssVariablesResolver(full);
    const own = (shade: string, ground: string) => ({
      "--tg-accent": shade,
      "--tg-active": `color-mix(in srgb, ${shade} 10%, ${ground})`,
      "--mantine-color-anchor": shade,
    });
    return {
      variables,
      light: { ...light, ...own(petrol[7], "#fff") },
      dark: { ...dark, ...own(petrol[3], "#14181b") },
    };
  };
  return [{ ...theme, colors: { ...theme.colors, petrol } }, resolver];
}
