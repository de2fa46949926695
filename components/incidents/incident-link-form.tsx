"use client";

import { Alert, Button } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { IncidentLink } from "#lib/incidents/link-schema";
import { Facts } from "../common/facts.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";

/** What a link of a mail does, once its reader says so: looking at a page is not saying so. */
export function IncidentLinkForm({ token, found }: { token: string; found: IncidentLink | null }) {
  const t = useTranslations("incidents");
  const act = useApiMutation<object, object>({
    send: (body) => ({ method: "POST", path: "/api/incident-links", body }),
    invalidates: ["/api/incidents"],
  });
  const toIncidents = (
    <Button component={Link} href="/incidents" variant="default" fullWidth mt="sm">
      {t("link.console")}
    </Button>
  );
  if (found === null) {
    return (
      <>
        <p role="status">{t("link.closed")}</p>
        {toIncidents}
      </>
    );
  }
  const { action, keyName, keyPrefix, keyLast4, accountName, networks } = found;
  if (act.isSuccess) {
    return (
      <>
        <p role="status">{t(`link.done.${action}`, { key: keyName })}</p>
        {toIncidents}
      </>
    );
  }
  return (
    <>
      <p>{t(`acts.${action}.does`)}</p>
      <Facts
        facts={[
          { name: t("account"), value: accountName },
          { name: t("key"), value: `${keyName} (${keyPrefix}…${keyLast4})` },
          ...(networks.length === 0
            ? []
            : [{ name: t("networks"), value: networks.slice(0, 10).join(", ") }]),
        ]}
      />
      {act.error !== null && (
        <Alert color="red" variant="light" role="alert" mt="md">
          {act.error.message}
        </Alert>
      )}
      <Button
        loading={act.isPending}
        fullWidth
        mt="md"
        {...(action === "suspend-key" ? { color: "red.8" } : {})}
        onClick={() => act.mutate({ action, token })}
      >
        {t(`acts.${action}.button`)}
      </Button>
    </>
  );
}
