"use client";

import { Button } from "@mantine/core";
import { IconBrandGithub, IconBrandGoogle, IconId } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { goToProvider } from "#lib/api/session";
import classes from "./auth.module.css";

export type SignInProvider = { id: "github" | "google" | "oidc"; name: string };

const icons = { github: IconBrandGithub, google: IconBrandGoogle, oidc: IconId };

/** The ways in that lead over somebody else's sign-in. */
export function ProviderButtons({
  providers,
  onError,
}: {
  providers: readonly SignInProvider[];
  onError: () => void;
}) {
  const t = useTranslations("auth");
  const [going, setGoing] = useState<string | null>(null);
  const go = async (id: string) => {
    setGoing(id);
    const { pathname, search } = window.location;
    const page = new URLSearchParams(search).has("error") ? pathname : `${pathname}${search}`;
    if (await goToProvider(id, page)) return;
    setGoing(null);
    onError();
  };
  return (
    <div className={classes.providers}>
      <div className={classes.or}>{t("or")}</div>
      {providers.map(({ id, name }) => {
        const Icon = icons[id];
        return (
          <Button
            key={id}
            variant="default"
            fullWidth
            leftSection={<Icon size={18} aria-hidden />}
            loading={going === id}
            disabled={going !== null && going !== id}
            onClick={() => void go(id)}
          >
            <span className={classes.provider}>{t("signInWith", { name })}</span>
          </Button>
        );
      })}
    </div>
  );
}
