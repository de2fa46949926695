import { NumberInput, Switch, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { Section } from "./section.tsx";
import type { SettingsInputs } from "./settings-form.tsx";

/** When accounts are told that their money runs low, and whether they are sent statements; each may have its own. */
export function BalancesSection({ form }: { form: SettingsInputs }) {
  const t = useTranslations("settings");
  return (
    <Section title={t("balances")} text={t("balancesText")}>
      <TextInput
        label={t("lowBalance")}
        description={t("lowBalanceHelp")}
        inputMode="decimal"
        leftSection="$"
        w={300}
        {...form.getInputProps("lowBalance")}
      />
      <NumberInput
        label={t("lowBalanceDays")}
        description={t("lowBalanceDaysHelp")}
        min={0}
        max={365}
        allowDecimal={false}
        suffix={` ${t("lowBalanceDaysUnit")}`}
        w={300}
        {...form.getInputProps("lowBalanceDays")}
      />
      <Switch
        label={t("mailsStatements")}
        description={t("mailsStatementsHelp")}
        {...form.getInputProps("mailsStatements", { type: "checkbox" })}
      />
    </Section>
  );
}
