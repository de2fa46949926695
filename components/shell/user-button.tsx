"use client";

import { IconSelector } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { useMe } from "./me.tsx";
import classes from "./shell.module.css";

/** Who is signed in. */
export function UserButton(props: ComponentProps<"button">) {
  const t = useTranslations("nav");
  const me = useMe();
  const name = me.user?.name || me.user?.email || t("user");
  return (
    <button type="button" {...props} className={classes.user}>
      <span className={classes.avatar} aria-hidden>
        {name.slice(0, 1).toUpperCase()}
      </span>
      <span className={classes.userText}>
        <span>{name}</span>
        <span className={classes.userRole}>{t(`roles.${me.role}`)}</span>
      </span>
      <IconSelector size={15} aria-hidden className={classes.userMark} />
    </button>
  );
}
