"use client";

import {
  Button,
  type InputWrapperProps,
  NumberInput,
  SegmentedControl,
  Select,
  Switch,
  TextInput,
} from "@mantine/core";
import { useTranslations } from "next-intl";
import type { CreateTier, Tier, TierPreview } from "#lib/tiers/schema";
import { paidText } from "../common/format-money.ts";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useResourceForm } from "../shell/use-resource-form.ts";
import classes from "./tiers.module.css";

const fields = ["name", "nameZh", "threshold", "currency", "days", "percent", "bonusDays"];
const kinds = ["cumulative", "single", "daily"] as const;
/** Two fields beside each other stand in one line whatever is said of them: it is said below. */
const inputFirst: NonNullable<InputWrapperProps["inputWrapperOrder"]> = [
  "label",
  "input",
  "description",
  "error",
];
const rewards = ["recharge_bonus", "consumption_discount"] as const;

type Props = { tier: Tier | null; etag?: string | null; onClose: () => void };

/** Makes a tier or changes one; shows who reaches it today before anything is saved. */
export function TierForm({ tier, etag = null, onClose }: Props) {
  const t = useTranslations("tiers");
  const isNew = tier === null;
  const { form, save, refuse, notice, drawer } = useResourceForm<Values, Record<string, unknown>, Tier>({
    values: formOf(tier),
    etag,
    formOf,
    labels: useLabels(),
    textOf: useTexts(),
    fields,
    to: isNew ? { method: "POST", path: "/api/tiers" } : { method: "PATCH", path: `/api/tiers/${tier.id}` },
    invalidates: ["/api/tiers", "/api/audit-log"],
    onSaved: onClose,
  });
  const { values } = form;
  const preview = useApiMutation<Record<string, unknown>, TierPreview>({
    send: (body) => ({ method: "POST", path: "/api/tiers/preview", body }),
    invalidates: [],
    onSaved: () => {},
  });
  const submit = form.onSubmit((given) => save(isNew ? bodyOf(given) : changesOf(given)));
  return (
    <FormDrawer
      {...drawer}
      opened
      onClose={onClose}
      title={isNew ? t("createTitle") : t("editTitle", { name: tier.name })}
      action={isNew ? t("create") : t("save")}
      onSubmit={submit}
    >
      {notice}
      <TextInput label={t("name")} data-autofocus {...form.getInputProps("name")} />
      <TextInput label={t("nameZh")} description={t("nameZhHelp")} {...form.getInputProps("nameZh")} />
      <Select
        label={t("kind")}
        data={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
        allowDeselect={false}
        disabled={!isNew}
        {...form.getInputProps("kind")}
      />
      <div className={classes.pair}>
        <TextInput
          label={t("threshold")}
          inputWrapperOrder={inputFirst}
          inputMode="decimal"
          description={t(values.kind === "daily" ? "moreThan" : "atLeast")}
          {...form.getInputProps("threshold")}
        />
        {values.kind === "daily" ? (
          <NumberInput
            label={t("days")}
            inputWrapperOrder={inputFirst}
            description={t("daysHelp")}
            min={1}
            max={90}
            allowDecimal={false}
            {...form.getInputProps("days")}
          />
        ) : (
          <TextInput
            label={t("currency")}
            inputWrapperOrder={inputFirst}
            description={t("currencyHelp")}
            disabled={!isNew}
            {...form.getInputProps("currency")}
          />
        )}
      </div>
      <Select
        label={t("reward")}
        data={rewards.map((value) => ({ value, label: t(`rewardKinds.${value}`) }))}
        allowDeselect={false}
        disabled={!isNew}
        {...form.getInputProps("reward")}
      />
      <div className={classes.pair}>
        <TextInput label={t("percent")} inputMode="decimal" {...form.getInputProps("percent")} />
        {values.reward === "recharge_bonus" && (
          <NumberInput
            label={t("bonusDays")}
            inputWrapperOrder={inputFirst}
            description={t("bonusDaysHelp")}
            min={1}
            max={3650}
            allowDecimal={false}
            {...form.getInputProps("bonusDays")}
          />
        )}
      </div>
      <Choice
        label={t("duration")}
        names={["permanent", "while_held"]}
        of="durations"
        value={values.duration}
        onChange={(value) => form.setFieldValue("duration", value === "while_held" ? value : "permanent")}
      />
      <Choice
        label={t("policy")}
        names={["automatic", "offered"]}
        of="policies"
        value={values.policy}
        onChange={(value) => form.setFieldValue("policy", value === "offered" ? value : "automatic")}
      />
      {!isNew && <Switch label={t("isActive")} {...form.getInputProps("isActive", { type: "checkbox" })} />}
      <Button
        variant="default"
        loading={preview.isPending}
        onClick={() => preview.mutate(bodyOf(values), { onError: refuse })}
      >
        {t("preview")}
      </Button>
      {preview.data !== undefined && <Qualifying preview={preview.data} />}
    </FormDrawer>
  );
}

function useLabels() {
  const t = useTranslations("tiers");
  return {
    name: t("name"),
    nameZh: t("nameZh"),
    threshold: t("threshold"),
    days: t("days"),
    percent: t("percent"),
    duration: t("duration"),
    policy: t("policy"),
    bonusDays: t("bonusDays"),
    isActive: t("isActive"),
  };
}

function useTexts() {
  const t = useTranslations("tiers");
  return (name: string, value: unknown): string | undefined => {
    if (name === "duration") return t(`durations.${value === "while_held" ? "while_held" : "permanent"}`);
    if (name === "policy") return t(`policies.${value === "offered" ? "offered" : "automatic"}`);
    return undefined;
  };
}

type ChoiceProps = {
  label: string;
  names: readonly ("permanent" | "while_held" | "automatic" | "offered")[];
  of: "durations" | "policies";
  value: string;
  onChange: (value: string) => void;
};

function Choice({ label, names, of, value, onChange }: ChoiceProps) {
  const t = useTranslations("tiers");
  const data = names.map((name) => ({ value: name, label: t(`${of}.${name}` as "durations.permanent") }));
  return (
    <div>
      <p className={classes.label}>{label}</p>
      <SegmentedControl fullWidth aria-label={label} data={data} value={value} onChange={onChange} />
    </div>
  );
}

function Qualifying({ preview }: { preview: TierPreview }) {
  const t = useTranslations("tiers");
  return (
    <div className={classes.preview} role="status">
      <p>{t("qualifying", { count: preview.qualifying, of: preview.accounts })}</p>
      <ul className={classes.list}>
        {preview.items.slice(0, 10).map(({ accountId, accountName, figures }) => (
          <li key={accountId}>
            <span>{accountName}</span>
            <span className={classes.figure}>{paidText(figures.value, figures.currency)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

type Values = ReturnType<typeof formOf>;

function formOf(tier: Tier | null) {
  return {
    name: tier?.name ?? "",
    nameZh: tier?.nameZh ?? "",
    kind: tier?.kind ?? ("cumulative" as CreateTier["kind"]),
    threshold: tier?.threshold ?? "",
    currency: tier?.currency ?? "CNY",
    days: (tier?.days ?? 7) as number | string,
    reward: tier?.reward ?? ("recharge_bonus" as CreateTier["reward"]),
    percent: tier?.percent ?? "",
    duration: tier?.duration ?? "permanent",
    policy: tier?.policy ?? "automatic",
    bonusDays: (tier?.bonusDays ?? "") as number | string,
    isActive: tier?.isActive ?? true,
  };
}

function bodyOf({ isActive, ...values }: Values): Record<string, unknown> {
  const { currency, kind, reward, ...rest } = values;
  return {
    ...changeable(rest, kind, reward),
    ...{ kind, reward },
    ...(kind === "daily" ? {} : { currency }),
  };
}

function changesOf({ kind, reward, currency, isActive, ...rest }: Values): Record<string, unknown> {
  return { ...changeable(rest, kind, reward), isActive };
}

function changeable(
  { days, bonusDays, ...rest }: Pick<Values, "days" | "bonusDays"> & Record<string, unknown>,
  kind: Values["kind"],
  reward: Values["reward"],
): Record<string, unknown> {
  return {
    ...rest,
    ...(kind === "daily" ? { days: Number(days) } : {}),
    ...(reward === "recharge_bonus" ? { bonusDays: bonusDays === "" ? null : Number(bonusDays) } : {}),
  };
}
