"use client";

import { Switch } from "@mantine/core";
import { useTranslations } from "next-intl";
import { Section } from "./section.tsx";
import type { SettingsInputs } from "./settings-form.tsx";

const options = ["sticky", "latencyAware", "costAware"] as const;

/** How calls are shared among channels of one priority. */
export function RoutingSection({ form }: { form: SettingsInputs }) {
  const t = useTranslations("settings");
  return (
    <Section title={t("routing")} text={t("routingText")}>
      {options.map((name) => (
        <Switch
          key={name}
          label={t(name)}
          description={t(`${name}Help`)}
          {...form.getInputProps(name, { type: "checkbox" })}
        />
      ))}
    </Section>
  );
}
