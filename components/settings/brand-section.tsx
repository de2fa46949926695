"use client";

import { ColorInput, Textarea, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { LogoInput } from "./logo-input.tsx";
import { Section } from "./section.tsx";
import type { SettingsInputs } from "./settings-form.tsx";

const swatches = [
  "#0a6079",
  "#1c5d99",
  "#3b3f8f",
  "#6b3fa0",
  "#a3265e",
  "#b03a2e",
  "#8a5a00",
  "#2e7d4f",
  "#2b3a42",
];

/** Name, logo, colour and words that people see before they sign in. */
export function BrandSection({ form }: { form: SettingsInputs }) {
  const t = useTranslations("settings");
  return (
    <Section title={t("brand")} text={t("brandText")}>
      <TextInput label={t("name")} maxLength={60} {...form.getInputProps("name")} />
      <LogoInput />
      <ColorInput
        label={t("accent")}
        description={t("accentHelp")}
        placeholder="#0a6079"
        format="hex"
        swatches={swatches}
        swatchesPerRow={9}
        withEyeDropper={false}
        {...form.getInputProps("accent")}
      />
      <TextInput
        label={t("header")}
        description={t("headerHelp")}
        maxLength={200}
        {...form.getInputProps("header")}
      />
      <Textarea
        label={t("footer")}
        description={t("footerHelp")}
        autosize
        minRows={2}
        maxRows={6}
        {...form.getInputProps("footer")}
      />
    </Section>
  );
}
