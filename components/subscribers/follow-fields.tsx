"use client";

import { MultiSelect, Radio, SegmentedControl } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { FollowOptions, Subscription } from "#lib/subscribers/schema";
import classes from "./subscribers.module.css";

/** What somebody wants, as a form holds it. */
export type FollowValues = {
  all: boolean;
  vendors: string[];
  models: string[];
  digest: boolean;
  locale: "en" | "zh";
};

/** What a form begins with. */
export function followValues(
  subscription: Pick<Subscription, keyof FollowValues> | null,
  locale: "en" | "zh",
): FollowValues {
  if (subscription === null) return { all: true, vendors: [], models: [], digest: false, locale };
  const { all, vendors, models, digest } = subscription;
  return { all, vendors: [...vendors], models: [...models], digest, locale: subscription.locale };
}

type Props = {
  values: FollowValues;
  onChange: (values: FollowValues) => void;
  options: FollowOptions;
  error?: string | undefined;
};

/** Everything or only some vendors and models, at once or daily, in which language. */
export function FollowFields({ values, onChange, options, error }: Props) {
  const t = useTranslations("subscription");
  const set = (change: Partial<FollowValues>) => onChange({ ...values, ...change });
  return (
    <>
      <Radio.Group
        label={t("what")}
        value={values.all ? "all" : "some"}
        onChange={(value) => set({ all: value === "all" })}
        error={error}
      >
        <div className={classes.radios}>
          <Radio value="all" label={t("all")} />
          <Radio value="some" label={t("some")} />
        </div>
      </Radio.Group>
      {!values.all && (
        <>
          <MultiSelect
            label={t("vendors")}
            placeholder={values.vendors.length === 0 ? t("chooseVendors") : ""}
            data={options.vendors}
            value={values.vendors}
            onChange={(vendors) => set({ vendors })}
            searchable
            clearable
          />
          <MultiSelect
            label={t("models")}
            placeholder={values.models.length === 0 ? t("chooseModels") : ""}
            data={options.models.map(({ id }) => id)}
            value={values.models}
            onChange={(models) => set({ models })}
            searchable
            clearable
            limit={50}
          />
        </>
      )}
      <div className={classes.pair}>
        <Choice
          label={t("how")}
          value={values.digest ? "daily" : "immediately"}
          data={(["immediately", "daily"] as const).map((value) => ({ value, label: t(value) }))}
          onChange={(value) => set({ digest: value === "daily" })}
        />
        <Choice
          label={t("language")}
          value={values.locale}
          data={(["en", "zh"] as const).map((value) => ({ value, label: t(`languages.${value}`) }))}
          onChange={(value) => set({ locale: value === "zh" ? "zh" : "en" })}
        />
      </div>
    </>
  );
}

type ChoiceProps = {
  label: string;
  value: string;
  data: { value: string; label: string }[];
  onChange: (value: string) => void;
};

function Choice({ label, ...control }: ChoiceProps) {
  return (
    <div>
      <div className={classes.label}>{label}</div>
      <SegmentedControl fullWidth aria-label={label} {...control} />
    </div>
  );
}
