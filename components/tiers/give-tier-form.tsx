"use client";

import { Select, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import type { Account } from "#lib/accounts/schema";
import { tiersQuery } from "#lib/api/queries";
import type { Tier, TierGrantAnswer } from "#lib/tiers/schema";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { rewardText } from "./tier-words.ts";

const fields = ["accountId", "reason"];
type Given = { tierId: string; reason: string };

/** Gives an account a tier, whatever its figures say; also one that nobody can reach by themselves. */
export function GiveTierForm({ account, onClose }: { account: Account; onClose: () => void }) {
  const t = useTranslations("tiers");
  const nameOf = useTierName();
  const tiers = useInfiniteQuery(tiersQuery()).data?.pages.flatMap((page) => page.items) ?? [];
  const form = useForm({ initialValues: { tierId: "", reason: "" } });
  const save = useApiMutation<Given, TierGrantAnswer>({
    send: ({ tierId, reason }) => ({
      method: "POST",
      path: `/api/tiers/${tierId}/grants`,
      body: { accountId: account.id, reason },
    }),
    invalidates: ["/api/tier-grants", "/api/tier-progress", "/api/tiers", "/api/audit-log", "/api/outbox"],
    idempotent: true,
    onSaved: ({ tierName }) => {
      notifications.show({ color: "green", message: t("given", { tier: tierName, name: account.name }) });
      onClose();
    },
  });
  const submit = form.onSubmit(({ tierId, reason }) => {
    if (tierId === "") return form.setErrors({ tierId: t("chooseTier") });
    save.mutate(
      { tierId, reason: reason.trim() },
      { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) },
    );
  });
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("giveTitle", { name: account.name })}
      action={t("give")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      <Select
        label={t("tier")}
        description={t("giveHelp")}
        data={tiers.map((tier) => ({ value: tier.id, label: nameOf(tier) }))}
        allowDeselect={false}
        data-autofocus
        {...form.getInputProps("tierId")}
      />
      <Textarea
        label={t("reason")}
        description={t("endHelp")}
        autosize
        minRows={2}
        maxLength={1000}
        {...form.getInputProps("reason")}
      />
    </FormDrawer>
  );
}

function useTierName(): (tier: Tier) => string {
  const t = useTranslations("tiers");
  const isChinese = useLocale() === "zh";
  return (tier) => {
    const name = isChinese && tier.nameZh !== "" ? tier.nameZh : tier.name;
    const text = `${name} · ${rewardText(tier, t)}`;
    return tier.isActive ? text : `${text} · ${t("inactive")}`;
  };
}
