"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paymentMethodsQuery } from "#lib/api/queries";
import type { PaymentMethodAnswer } from "#lib/payments/method-schema";
import { ErrorState } from "../common/error-state.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { Section } from "./section.tsx";
import classes from "./settings.module.css";

const PaymentMethodForm = dynamic(
  () => import("./payment-method-form.tsx").then((module) => module.PaymentMethodForm),
  { ssr: false },
);

/** Ways of paying that customers are offered. */
export function PaymentMethodsSection() {
  const t = useTranslations("settings.payments");
  const query = useQuery(paymentMethodsQuery());
  // Whether it is a new one is known when its form opens: a list that is read again must not change the form.
  const [open, setOpen] = useState<{ id: string; isNew: boolean } | null>(null);
  const methods = query.data?.items ?? [];
  const edited = useEdited<PaymentMethodAnswer>(
    open === null || open.isNew ? null : `/api/payment-methods/${open.id}`,
  );
  const close = () => setOpen(null);
  const hasStripe = methods.some(({ id }) => id === "stripe");
  return (
    <Section title={t("title")} text={t("text")}>
      {query.data === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {methods.length > 0 && (
        <ul className={classes.providers}>
          {methods.map((method) => (
            <li key={method.id}>
              <span className={classes.provider}>
                <span>{method.name}</span>
                <span className={classes.issuer}>{method.webhookPath}</span>
              </span>
              <StateBadge tone={method.enabled ? "ok" : "idle"}>
                {t(method.enabled ? "on" : "off")}
              </StateBadge>
              <Button
                variant="default"
                size="compact-sm"
                aria-label={t("editNamed", { name: method.name })}
                onClick={() => setOpen({ id: method.id, isNew: false })}
              >
                {t("edit")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div>
        {!hasStripe && (
          <Button
            variant="default"
            size="compact-sm"
            mr={8}
            disabled={query.data === undefined}
            onClick={() => setOpen({ id: "stripe", isNew: true })}
          >
            {t("addStripe")}
          </Button>
        )}
        <Button
          variant="default"
          size="compact-sm"
          disabled={query.data === undefined}
          onClick={() => setOpen({ id: "", isNew: true })}
        >
          {t("addWebhook")}
        </Button>
      </div>
      {open?.isNew && (
        <PaymentMethodForm key={open.id} id={open.id} known={null} etag={null} onClose={close} />
      )}
      {edited.data !== undefined && (
        <PaymentMethodForm
          key={edited.data.value.id}
          id={edited.data.value.id}
          known={edited.data.value}
          etag={edited.data.etag}
          onClose={close}
        />
      )}
    </Section>
  );
}
