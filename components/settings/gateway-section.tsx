"use client";

import { NumberInput, Select, Switch } from "@mantine/core";
import { useTranslations } from "next-intl";
import { Section } from "./section.tsx";
import type { SettingsInputs } from "./settings-form.tsx";

/** Rules that calls follow. */
export function GatewaySection({ form }: { form: SettingsInputs }) {
  const t = useTranslations("settings");
  return (
    <Section title={t("gateway")} text={t("gatewayText")}>
      <Switch
        label={t("allowPrivate")}
        description={t("allowPrivateHelp")}
        {...form.getInputProps("allowPrivate", { type: "checkbox" })}
      />
      <Select
        label={t("cutStreams")}
        description={t("cutStreamsHelp")}
        data={(["delivered", "nothing"] as const).map((value) => ({ value, label: t(`cut.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("cutStreams")}
      />
      <Switch
        label={t("mailNear")}
        description={t("mailNearHelp")}
        {...form.getInputProps("mailNear", { type: "checkbox" })}
      />
      <NumberInput
        label={t("expireHours")}
        min={1}
        max={720}
        allowDecimal={false}
        suffix={` ${t("expireHoursUnit")}`}
        w={300}
        {...form.getInputProps("expireHours")}
      />
      <NumberInput
        label={t("rateDays")}
        description={t("rateDaysHelp")}
        min={0}
        max={365}
        allowDecimal={false}
        suffix={` ${t("rateDaysUnit")}`}
        w={300}
        {...form.getInputProps("rateDays")}
      />
    </Section>
  );
}
