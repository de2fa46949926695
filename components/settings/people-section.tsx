"use client";

import { Switch } from "@mantine/core";
import { useTranslations } from "next-intl";
import { Section } from "./section.tsx";
import type { SettingsInputs } from "./settings-form.tsx";

/** Who may sign in, and with what. */
export function PeopleSection({ form }: { form: SettingsInputs }) {
  const t = useTranslations("settings");
  return (
    <Section title={t("people")} text={t("peopleText")}>
      {(["requireTotp", "registration", "mailUnfamiliar"] as const).map((name) => (
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
