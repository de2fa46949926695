"use client";

import { notifications } from "@mantine/notifications";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ApiProblem } from "#lib/api/client";
import type { OwnPrices, PutOwnPrice } from "#lib/pricing/own-prices-schema";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";

type Handlers = {
  onPublished: (answer: OwnPrices) => void;
  /** Somebody else has changed the account's prices meanwhile. */
  onStale: (problem: ApiProblem) => void;
};

/** The two ways in which an account's own price is changed: published at once, or drafted and looked at before. */
export function useOwnPriceSaves(accountId: string, etag: string | null, { onPublished, onStale }: Handlers) {
  const t = useTranslations("ownPrices");
  const router = useRouter();
  const publish = useApiMutation<PutOwnPrice, OwnPrices>({
    send: (body) => ({ method: "PUT", path: `/api/accounts/${accountId}/prices`, body, ifMatch: etag }),
    invalidates: ["/api/accounts", "/api/prices"],
    onSaved: (answer) => {
      notifications.show({ color: "green", message: t("published") });
      onPublished(answer);
    },
  });
  const draft = useApiMutation<PutOwnPrice, PriceVersionDetail>({
    send: (body) => ({
      method: "POST",
      path: "/api/prices/versions",
      body: { entries: [{ accountId, ...body }] },
    }),
    invalidates: ["/api/prices"],
    idempotent: true,
    onSaved: ({ id }) => router.push(`/models/versions/${id}`),
  });
  const refused = publish.error ?? draft.error;
  // That is shown as what somebody else has changed.
  const problem = refused?.code === "stale" ? null : refused;
  const reset = () => {
    publish.reset();
    draft.reset();
  };
  return {
    publish: (body: PutOwnPrice) =>
      publish.mutate(body, { onError: (refusal) => refusal.code === "stale" && onStale(refusal) }),
    draft: (body: PutOwnPrice) => draft.mutate(body),
    reset,
    isBusy: publish.isPending || draft.isPending,
    problem,
    /** What the server says of a field; a draft's fields are named by its entry. */
    said: (field: string) => problem?.fields[field] ?? problem?.fields[`entries.0.${field}`],
  };
}
