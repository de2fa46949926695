"use client";

import { ActionIcon, NumberInput, Select, Switch } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { modalities } from "#lib/channels/schema";
import { defaultTimeouts, modalityTimeouts } from "#lib/gateway/timeouts";
import { groupDigits } from "../common/format-money.ts";
import type { ChannelFormProps } from "./channel-form.tsx";
import { noTimeouts, timeoutNames } from "./channel-form-values.ts";
import classes from "./channels.module.css";
import { FormFold, hasErrorIn } from "./form-fold.tsx";

type Props = Pick<ChannelFormProps, "form">;

/** How long the channel is waited for, in general and for models of a kind; each empty field shows what holds. */
export function TimeoutFields({ form }: Props) {
  const t = useTranslations("channels");
  const { values } = form;
  const set = timeoutNames.filter((name) => values.timeouts[name] !== "").length;
  const summary = [
    set === 0 ? t("defaults") : t("setCount", { count: set }),
    ...(values.modalities.length === 0
      ? []
      : [values.modalities.map(({ modality }) => t(`modalities.${modality}`)).join(", ")]),
  ];
  const open = modalities.filter((name) => !values.modalities.some(({ modality }) => modality === name));
  return (
    <FormFold
      title={t("timeLimits")}
      summary={summary.join(" · ")}
      hasError={hasErrorIn(form.errors, ["timeouts", "modalities", "injectUsage"])}
    >
      <p className={classes.help}>{t("timeLimitsHelp")}</p>
      <Limits form={form} path="timeouts" defaults={defaultTimeouts} isExplained />
      {values.modalities.map(({ modality }, at) => (
        <fieldset key={modality} className={classes.modality}>
          <legend>
            {t("timeoutsFor", { kind: t(`modalities.${modality}`) })}
            <ActionIcon
              size="sm"
              aria-label={t("removeTimeoutsFor", { kind: t(`modalities.${modality}`) })}
              onClick={() => form.removeListItem("modalities", at)}
            >
              <IconX size={14} />
            </ActionIcon>
          </legend>
          <Limits
            form={form}
            path={`modalities.${at}.timeouts`}
            defaults={{ ...defaultTimeouts, ...modalityTimeouts[modality], ...entered(values.timeouts) }}
          />
        </fieldset>
      ))}
      <Select
        label={t("addTimeoutsFor")}
        description={t("addTimeoutsForHelp")}
        placeholder={t("chooseKind")}
        data={open.map((value) => ({ value, label: t(`modalities.${value}`) }))}
        value={null}
        onChange={(value) => {
          const modality = open.find((name) => name === value);
          if (modality !== undefined) form.insertListItem("modalities", { modality, timeouts: noTimeouts });
        }}
      />
      <Switch
        label={t("injectUsage")}
        description={t("injectUsageHelp")}
        {...form.getInputProps("injectUsage", { type: "checkbox" })}
      />
    </FormFold>
  );
}

type LimitsProps = Props & {
  path: string;
  defaults: Readonly<Partial<Record<string, number>>>;
  isExplained?: boolean;
};

function Limits({ form, path, defaults, isExplained = false }: LimitsProps) {
  const t = useTranslations("channels");
  return timeoutNames.map((name) => (
    <NumberInput
      key={name}
      label={t(`timeouts.${name}`)}
      {...(isExplained ? { description: t(`timeoutsHelp.${name}`) } : {})}
      placeholder={t("defaultIs", { value: `${groupDigits(String(defaults[name] ?? 0))} ms` })}
      suffix=" ms"
      min={1}
      allowDecimal={false}
      thousandSeparator=","
      {...form.getInputProps(`${path}.${name}`)}
    />
  ));
}

function entered(values: Readonly<Record<string, number | string>>): Record<string, number> {
  const given = Object.entries(values).filter(([, value]) => value !== "");
  return Object.fromEntries(given.map(([name, value]) => [name, Number(value)]));
}
