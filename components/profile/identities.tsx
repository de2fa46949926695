"use client";

import { Alert, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { useState } from "react";
import { identitiesQuery, signInOptionsQuery } from "#lib/api/queries";
import { goToProvider } from "#lib/api/session";
import type { Identity } from "#lib/sign-in/schema";
import { Ago } from "../common/ago.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./profile.module.css";
import { Section } from "./section.tsx";

/** With what else one signs in: linked after the password was entered again, and unlinked likewise. Nothing where nothing is offered. */
export function Identities() {
  const t = useTranslations("profile");
  const linked = useQuery(identitiesQuery());
  const options = useQuery(signInOptionsQuery());
  const [isUnreachable, setUnreachable] = useState(false);
  const link = useApiMutation<string, null>({
    send: (provider) => ({ method: "POST", path: "/api/me/identities", body: { provider } }),
    invalidates: [],
    onSaved: async (_, provider) => setUnreachable(!(await goToProvider(provider, "/profile"))),
  });
  const unlink = useApiMutation<Identity, null>({
    send: ({ id }) => ({ method: "DELETE", path: `/api/me/identities/${id}` }),
    invalidates: ["/api/me/identities"],
  });
  const items = linked.data?.items ?? [];
  const others = (options.data?.providers ?? []).filter(
    ({ id }) => !items.some(({ provider }) => provider === id),
  );
  const error = link.error ?? unlink.error;
  if (items.length === 0 && others.length === 0) return null;
  return (
    <Section title={t("identities")}>
      <Outcome />
      <p className={classes.text}>{t("identitiesText")}</p>
      {error !== null && <p role="alert">{error.message}</p>}
      {isUnreachable && <p role="alert">{t("providerUnreachable")}</p>}
      {items.length > 0 && (
        <ul className={classes.list}>
          {items.map((identity) => (
            <li key={identity.id}>
              <span className={classes.name}>
                <span>{identity.providerName}</span>
                <span className={classes.dim}>
                  {identity.email !== null && <>{identity.email} · </>}
                  {t("lastUsed")}{" "}
                  {identity.lastUsedAt === null ? t("never") : <Ago at={identity.lastUsedAt} />}
                </span>
              </span>
              <Button
                variant="default"
                size="compact-sm"
                aria-label={t("unlinkNamed", { name: identity.providerName })}
                loading={unlink.isPending && unlink.variables.id === identity.id}
                onClick={() => unlink.mutate(identity)}
              >
                {t("unlink")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <div className={classes.line}>
          {others.map(({ id, name }) => (
            <Button
              key={id}
              variant="default"
              loading={link.isPending && link.variables === id}
              onClick={() => link.mutate(id)}
            >
              {t("linkNamed", { name })}
            </Button>
          ))}
        </div>
      )}
    </Section>
  );
}

/** What became of a link that was just tried. */
function Outcome() {
  const t = useTranslations("profile");
  const [outcome] = useQueryState("linked", parseAsString);
  if (outcome === null) return null;
  const isTaken = outcome === "taken";
  return (
    <Alert color={isTaken ? "red" : "green"} variant="light" role="status">
      {isTaken ? t("linkTaken") : t("linkDone")}
    </Alert>
  );
}
