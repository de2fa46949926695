"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paymentMethodsQuery } from "#lib/api/queries";
import { ErrorState } from "../common/error-state.tsx";
import { StateBadge } from "../common/state-badge.tsx";
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
  const [open, setOpen] = useState<string | null>(null);
  const methods = query.data?.items ?? [];
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
                onClick={() => setOpen(method.id)}
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
            onClick={() => setOpen("stripe")}
          >
            {t("addStripe")}
          </Button>
        )}
        <Button
          variant="default"
          size="compact-sm"
          disabled={query.data === undefined}
          onClick={() => setOpen("")}
        >
          {t("addWebhook")}
        </Button>
      </div>
      {open !== null && (
        <PaymentMethodForm
          key={open}
          id={open}
          known={methods.find(({ id }) => id === open)}
          onClose={() => setOpen(null)}
        />
      )}
    </Section>
  );
}
