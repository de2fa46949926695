import { NumberInput, Switch } from "@mantine/core";
import { useTranslations } from "next-intl";
import { Section } from "./section.tsx";
import type { SettingsInputs } from "./settings-form.tsx";

/** How mails to subscribers are treated. */
export function MailsSection({ form }: { form: SettingsInputs }) {
  const t = useTranslations("settings");
  return (
    <Section title={t("mails")} text={t("mailsText")}>
      <Switch
        label={t("resendInDoubt")}
        description={t("resendInDoubtHelp")}
        {...form.getInputProps("resendInDoubt", { type: "checkbox" })}
      />
      <NumberInput
        label={t("unconfirmedDays")}
        min={1}
        max={90}
        allowDecimal={false}
        suffix={` ${t("unconfirmedDaysHelp")}`}
        w={300}
        {...form.getInputProps("unconfirmedDays")}
      />
    </Section>
  );
}
