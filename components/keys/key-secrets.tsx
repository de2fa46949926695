"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { keySecretsQuery } from "#lib/api/queries";
import type { KeySecret } from "#lib/keys/rotation-schema";
import { Ago } from "../common/ago.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./keys.module.css";

/** The secrets of a key as they are recognised: the current one, and rotated-out ones with what still uses them. */
export function KeySecrets({ keyId }: { keyId: string }) {
  const t = useTranslations("keys.page");
  const mayWrite = useCan("keys.write");
  const { data } = useQuery(keySecretsQuery(keyId));
  const end = useApiMutation<null, null>({
    send: () => ({ method: "DELETE", path: `/api/keys/${keyId}/secrets` }),
    invalidates: [`/api/keys/${keyId}`, "/api/keys"],
  });
  const secrets = data?.items ?? [];
  const isOverlap = secrets.some(isStillValid);
  return (
    <>
      <ul className={classes.secretList}>
        {secrets.map((secret) => (
          <li key={`${secret.prefix}${secret.last4}`}>
            <code>{`${secret.prefix}…${secret.last4}`}</code>
            <SecretState secret={secret} />
          </li>
        ))}
      </ul>
      {mayWrite && isOverlap && (
        <Button variant="default" size="compact-sm" loading={end.isPending} onClick={() => end.mutate(null)}>
          {t("endNow")}
        </Button>
      )}
    </>
  );
}

function SecretState({ secret }: { secret: KeySecret }) {
  const t = useTranslations("keys.page");
  if (secret.current) return <StateBadge tone="ok">{t("current")}</StateBadge>;
  return (
    <>
      {isStillValid(secret) ? (
        <StateBadge tone="warn">
          {t("retired")} <Ago at={secret.validUntil} />
        </StateBadge>
      ) : (
        <StateBadge tone="idle">{t("ended")}</StateBadge>
      )}
      <span className={classes.dim}>{t("usedSince", { count: secret.requestsSinceRetired })}</span>
    </>
  );
}

function isStillValid({ current, validUntil }: KeySecret): boolean {
  return !current && validUntil !== null && Date.parse(validUntil) > Date.now();
}
