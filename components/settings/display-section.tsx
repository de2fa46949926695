"use client";

import { Select } from "@mantine/core";
import { useTranslations } from "next-intl";
import { timeZones } from "../common/time-zones.ts";
import { Section } from "./section.tsx";
import type { SettingsInputs } from "./settings-form.tsx";

/** When the console's days begin, and in which currency it shows amounts. */
export function DisplaySection({ form }: { form: SettingsInputs }) {
  const t = useTranslations("settings");
  return (
    <Section title={t("display")} text={t("displayText")}>
      <Select
        label={t("timeZone")}
        description={t("timeZoneHelp")}
        searchable
        limit={100}
        data={timeZones(form.values.timeZone)}
        allowDeselect={false}
        {...form.getInputProps("timeZone")}
      />
      <Select
        label={t("currency")}
        description={t("currencyHelp")}
        data={["USD", "CNY"]}
        allowDeselect={false}
        {...form.getInputProps("currency")}
      />
    </Section>
  );
}
