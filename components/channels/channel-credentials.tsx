"use client";

import { IconKey } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { ChannelHealthAnswer } from "#lib/channels/health-schema";
import { Ago } from "../common/ago.tsx";
import { EmptyState } from "../common/empty-state.tsx";
import { useFaultWord } from "../common/fault-word.ts";
import { PartState } from "./channel-state.tsx";
import classes from "./channels.module.css";

/** The channel's credentials, masked, each with its own health. */
export function ChannelCredentials({ health }: { health: ChannelHealthAnswer }) {
  const t = useTranslations("channels");
  const wordOf = useFaultWord();
  if (health.credentials.length === 0) {
    return (
      <EmptyState icon={IconKey} title={t("noCredentials")}>
        {t("noCredentialsText")}
      </EmptyState>
    );
  }
  return (
    <ul className={classes.parts}>
      {health.credentials.map((part) => (
        <li key={part.id}>
          <span className={classes.partName}>
            {t("credentialNumber", { number: part.index + 1 })} <code className={classes.dim}>••••••••</code>
          </span>
          <PartState part={part} />
          <span className={classes.partNotes}>
            {part.lastErrorClass !== null && (
              <span>{t("lastErrorIs", { fault: wordOf(part.lastErrorClass) })}</span>
            )}
            {part.nextProbeAt !== null && (
              <span>
                {t("nextProbe")} <Ago at={part.nextProbeAt} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
