"use client";

import { IconKey } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { ChannelHealthAnswer } from "#lib/channels/health-schema";
import { EmptyState } from "../common/empty-state.tsx";
import { useFaultWord } from "../common/fault-word.ts";
import { PartState } from "./channel-state.tsx";
import classes from "./channels.module.css";
import { NextTry } from "./next-try.tsx";

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
            {part.state === "closed" && part.rateLimited.length > 0 && (
              <span>
                {t("rateLimitedOn", { models: part.rateLimited.map(({ model }) => model).join(", ") })}
              </span>
            )}
            {part.lastErrorClass !== null && (
              <span>{t("lastErrorIs", { fault: wordOf(part.lastErrorClass) })}</span>
            )}
            {part.nextProbeAt !== null && (
              <span>
                {t("nextProbe")} <NextTry at={part.nextProbeAt} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
