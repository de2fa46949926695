"use client";

import { Select } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useMe } from "./me.tsx";
import classes from "./shell.module.css";

/** Chooses which of one's accounts the session looks at. */
export function AccountSelect() {
  const t = useTranslations("nav");
  const { accounts, accountId } = useMe();
  return (
    <div className={classes.accountSwitch}>
      <Select
        aria-label={t("account")}
        data={accounts.map((account) => ({ value: account.accountId, label: account.name }))}
        value={accountId}
        allowDeselect={false}
        onChange={(chosen) => {
          if (chosen === null || chosen === accountId) return;
          // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API lacks a synchronous write
          document.cookie = `tollgate-account=${chosen}; path=/; samesite=lax`;
          // Everything that was loaded is the other account's.
          window.location.assign("/");
        }}
      />
    </div>
  );
}
