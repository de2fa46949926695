"use client";

import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { tokensQuery } from "#lib/api/queries";
import type { CreatedToken, Token } from "#lib/tokens/schema";
import { Ago } from "../common/ago.tsx";
import { ConfirmRemoval } from "../shell/confirm-removal.tsx";
import { useMe } from "../shell/me.tsx";
import classes from "./profile.module.css";

const TokenForm = dynamic(() => import("./token-form.tsx").then((module) => module.TokenForm), {
  ssr: false,
});
const SecretDialog = dynamic(
  () => import("../common/secret-dialog.tsx").then((module) => module.SecretDialog),
  { ssr: false },
);

/** Tokens for programs that act for one: made, shown once, revoked. */
export function Tokens() {
  const t = useTranslations("profile");
  const { user } = useMe();
  const pages = useInfiniteQuery(tokensQuery());
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<CreatedToken | null>(null);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const tokens = (pages.data?.pages ?? []).flatMap((page) => page.items);
  const own = tokens.filter((token) => token.createdBy === user?.id);
  return (
    <>
      <p className={classes.text}>{t("tokensText")}</p>
      {own.length > 0 && (
        <ul className={classes.list}>
          {own.map((token) => (
            <li key={token.id}>
              <span className={classes.name}>
                <span>{token.name}</span>
                <span className={classes.dim}>
                  <code>{token.prefix}…</code> · {t(`roles.${token.role}`)} · {t("lastUsed")}{" "}
                  {token.lastUsedAt === null ? t("never") : <Ago at={token.lastUsedAt} />}
                </span>
              </span>
              <Button
                variant="default"
                size="compact-sm"
                aria-label={t("revokeNamed", { name: token.name })}
                onClick={() => setRevoking(token)}
              >
                {t("revoke")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {pages.hasNextPage && (
        <Button variant="default" size="compact-sm" onClick={() => void pages.fetchNextPage()}>
          {t("more")}
        </Button>
      )}
      <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
        {t("createToken")}
      </Button>
      {isMaking && <TokenForm onClose={() => setMaking(false)} onCreated={setMade} />}
      {made !== null && (
        <SecretDialog
          title={t("tokenReady", { name: made.name })}
          secret={made.secret}
          curl={`curl ${window.location.origin}/api/me -H "Authorization: Bearer ${made.secret}"`}
          onClose={() => setMade(null)}
        />
      )}
      {revoking !== null && (
        <ConfirmRemoval
          path={`/api/tokens/${revoking.id}`}
          invalidates={["/api/tokens"]}
          title={t("revokeTitle")}
          name={revoking.name}
          action={t("revoke")}
          onClose={() => setRevoking(null)}
          onRemoved={() => setRevoking(null)}
        >
          {t("revokeText")}
        </ConfirmRemoval>
      )}
    </>
  );
}
