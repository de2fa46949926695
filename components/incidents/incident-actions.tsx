"use client";

import { Button } from "@mantine/core";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { IncidentDetails } from "#lib/incidents/schema";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import type { ActKind } from "./act-dialog.tsx";
import classes from "./incidents.module.css";

const ActDialog = dynamic(() => import("./act-dialog.tsx").then((module) => module.ActDialog), {
  ssr: false,
});
const PolicyForm = dynamic(() => import("./policy-form.tsx").then((module) => module.PolicyForm), {
  ssr: false,
});

/** What can be done, the hardest first, each with what it will do. */
export function IncidentActions({ incident }: { incident: IncidentDetails }) {
  const t = useTranslations("incidents");
  const [open, setOpen] = useState<ActKind | "policy" | null>(null);
  const mayRefund = useCan("ledger.write");
  const reopen = useApiMutation<null, IncidentDetails>({
    send: () => ({ method: "PATCH", path: `/api/incidents/${incident.id}`, body: { state: "open" } }),
    invalidates: ["/api/incidents"],
  });
  const isClosed = incident.state === "resolved" || incident.state === "dismissed";
  const kinds = isClosed ? [] : kindsFor(incident);
  return (
    <>
      <ul className={classes.acts}>
        {[...kinds, ...(mayRefund ? (["refund"] as const) : [])].map((kind) => (
          <li key={kind}>
            <Button
              fullWidth
              variant={kind === "suspend-key" ? "filled" : "default"}
              {...(kind === "suspend-key" ? { color: "red.8" } : {})}
              onClick={() => setOpen(kind)}
            >
              {t(`acts.${kind}.button`)}
            </Button>
            <p>{t(`acts.${kind}.does`)}</p>
          </li>
        ))}
        {isClosed && (
          <li>
            <Button
              fullWidth
              variant="default"
              loading={reopen.isPending}
              onClick={() => reopen.mutate(null)}
            >
              {t("reopen")}
            </Button>
            {reopen.error !== null && <p role="alert">{reopen.error.message}</p>}
          </li>
        )}
        <li>
          <Button fullWidth variant="subtle" onClick={() => setOpen("policy")}>
            {t("policy.ofKey")}
          </Button>
        </li>
      </ul>
      {open === "policy" && (
        <PolicyForm accountId={incident.accountId} keyId={incident.keyId} onClose={() => setOpen(null)} />
      )}
      {open !== null && open !== "policy" && (
        <ActDialog kind={open} incident={incident} onClose={() => setOpen(null)} />
      )}
    </>
  );
}

/** Only what has something to act on. */
function kindsFor({ keyStatus, networks }: IncidentDetails): ActKind[] {
  if (keyStatus === "deleted") return ["resolve", "dismiss"];
  return [
    ...(keyStatus === "active" ? (["suspend-key"] as const) : []),
    "rotate-key",
    ...(networks.length > 0 ? (["block-ip"] as const) : []),
    "limit-networks",
    "cap-spend",
    ...(networks.length > 0 ? (["trust-ip"] as const) : []),
    "resolve",
    "dismiss",
  ];
}
