"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { signInsQuery } from "#lib/api/queries";
import { Ago } from "../common/ago.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./profile.module.css";

/** The last sign-ins, and the end of all sessions. */
export function SignIns() {
  const t = useTranslations("profile");
  const { data } = useQuery(signInsQuery());
  const leave = useApiMutation<void, null>({
    send: () => ({ method: "POST", path: "/api/me/sign-out-everywhere" }),
    invalidates: [],
    onSaved: () => window.location.assign("/"),
  });
  return (
    <>
      <ul className={classes.list}>
        {data?.items.map(({ at, ip }) => (
          <li key={at}>
            <Ago at={at} />
            <code>{ip ?? "–"}</code>
          </li>
        ))}
      </ul>
      <Button variant="default" loading={leave.isPending} onClick={() => leave.mutate()}>
        {t("signOutEverywhere")}
      </Button>
    </>
  );
}
