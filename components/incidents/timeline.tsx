"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { IncidentDetails, IncidentEvent } from "#lib/incidents/schema";
import { Ago } from "../common/ago.tsx";
import { moneyText } from "../common/format-money.ts";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./incidents.module.css";

/** What happened in the incident, the newest first; what can be taken back has a button. */
export function Timeline({ incident, mayWrite }: { incident: IncidentDetails; mayWrite: boolean }) {
  const t = useTranslations("incidents");
  const undo = useApiMutation<string, IncidentDetails>({
    send: (eventId) => ({ method: "POST", path: `/api/incidents/${incident.id}/undo`, body: { eventId } }),
    invalidates: ["/api/incidents", "/api/keys"],
  });
  return (
    <>
      {undo.error !== null && <p role="alert">{undo.error.message}</p>}
      <ol className={classes.timeline}>
        {incident.events.toReversed().map((event) => (
          <li key={event.id} data-undone={event.isUndone || undefined}>
            <Ago at={event.at} />
            <span>
              <b>{t(`events.${event.kind}`)}</b> <Who event={event} />
              <Detail event={event} />
            </span>
            {mayWrite && event.canUndo && (
              <Button
                variant="default"
                size="compact-xs"
                loading={undo.isPending && undo.variables === event.id}
                onClick={() => undo.mutate(event.id)}
              >
                {t("undo")}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

function Who({ event: { actorType, actorName } }: { event: IncidentEvent }) {
  const t = useTranslations("incidents");
  if (actorType === "system") return null;
  if (actorType === "link") return <>{t("byLink", { email: actorName })}</>;
  return <>{actorName === "" ? t("byOperator") : t("by", { name: actorName })}</>;
}

/** Figures of an event: what it was about, as far as this release knows them. */
function Detail({ event: { detail } }: { event: IncidentEvent }) {
  const t = useTranslations("incidents");
  const { networks, reason, amount, mails, score, overlapSeconds } = detail;
  const texts = [
    ...(Array.isArray(networks) && networks.length > 0 ? [networks.slice(0, 5).join(", ")] : []),
    ...(typeof amount === "string" ? [moneyText(amount)] : []),
    ...(typeof mails === "number" ? [t("mails", { count: mails })] : []),
    ...(typeof score === "number" ? [t("scoreOf", { score })] : []),
    ...(typeof overlapSeconds === "number" && overlapSeconds > 0
      ? [t("overlap", { minutes: Math.round(overlapSeconds / 60) })]
      : []),
    ...(typeof reason === "string" && reason !== "" ? [reason] : []),
  ];
  return texts.length === 0 ? null : <small>{texts.join(" · ")}</small>;
}
