"use client";

import { Alert, Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { Account } from "#lib/accounts/schema";
import { type ApiProblem, apiSend } from "#lib/api/client";
import type { CreatedKey } from "#lib/keys/schema";
import { CodeBlock } from "../common/code-block.tsx";
import { invalidate } from "../shell/use-api-mutation.ts";
import classes from "./overview.module.css";

type Wanted = { name: string; credit: string };
type Props = { hasAccount: boolean; created: CreatedKey | null; onCreated: (key: CreatedKey) => void };

/** An account with money and its first key, in one go. */
export function KeyStep({ hasAccount, created, onCreated }: Props) {
  const t = useTranslations("overview.steps.key");
  const [wanted, setWanted] = useState<Wanted>({ name: t("accountDefault"), credit: "10" });
  const make = useFirstKey(onCreated);
  if (created !== null) {
    return (
      <>
        <p>{t("once")}</p>
        <CodeBlock code={created.secret} label={t("title")} />
      </>
    );
  }
  if (hasAccount) {
    return (
      <>
        <p>{t("other")}</p>
        <Button component={Link} href="/keys?new=true">
          {t("otherAction")}
        </Button>
      </>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(wanted);
  };
  const set = (change: Partial<Wanted>) => setWanted((before) => ({ ...before, ...change }));
  return (
    <>
      <p>{t("text")}</p>
      {make.error !== null && (
        <Alert color="red" variant="light" role="alert" mb="sm">
          {make.error.message}
        </Alert>
      )}
      <form className={classes.stepForm} onSubmit={submit}>
        <TextInput
          label={t("account")}
          value={wanted.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <TextInput
          label={t("credit")}
          leftSection="$"
          inputMode="decimal"
          w={120}
          value={wanted.credit}
          onChange={(event) => set({ credit: event.currentTarget.value })}
        />
        <Button type="submit" loading={make.isPending}>
          {t("action")}
        </Button>
      </form>
    </>
  );
}

/** Three writes, each with a key of its own, so that trying again after a lost answer makes nothing twice. */
function useFirstKey(onCreated: (key: CreatedKey) => void) {
  const queryClient = useQueryClient();
  const [attempt] = useState(() => `first-${Date.now()}-${Math.random().toString(36).slice(2)}`);
  return useMutation<CreatedKey, ApiProblem, Wanted>({
    mutationFn: async ({ name, credit }) => {
      // What is sent is part of the key: a mended form is another attempt.
      const post = <T,>(path: string, body: object) =>
        apiSend<T>({
          method: "POST",
          path,
          body,
          idempotencyKey: `${attempt}-${hashOf(JSON.stringify(body))}`,
        });
      const { id: accountId } = await post<Account>("/api/accounts", { name: name.trim() });
      if (Number(credit) > 0) {
        const recharge = {
          accountId,
          amount: credit.trim(),
          currency: "USD",
          method: "manual",
          orderNo: attempt,
        };
        await post("/api/recharges", recharge);
      }
      return post<CreatedKey>("/api/keys", { accountId, name: "First key" });
    },
    onSuccess: (key) => {
      void invalidate(queryClient, ["/api/accounts", "/api/keys", "/api/overview"]);
      onCreated(key);
    },
  });
}

function hashOf(text: string): string {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 2_147_483_647;
  return hash.toString(36);
}
