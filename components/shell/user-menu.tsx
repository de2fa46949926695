"use client";

import { Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconCheck,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSelector,
  IconSun,
} from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { signOut } from "#lib/api/session";
import { languages, setLanguage } from "./language.ts";
import { useMe } from "./me.tsx";
import classes from "./shell.module.css";

const schemes = [
  { value: "auto", icon: IconDeviceDesktop },
  { value: "light", icon: IconSun },
  { value: "dark", icon: IconMoon },
] as const;

/** Who is signed in; behind it language, theme and the way out. */
export function UserMenu() {
  const t = useTranslations("nav");
  const me = useMe();
  const locale = useLocale();
  const router = useRouter();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const name = me.user?.name || me.user?.email || t("user");
  return (
    <Menu width={220} position="top-start">
      <Menu.Target>
        <button type="button" className={classes.user}>
          <span className={classes.avatar} aria-hidden>
            {name.slice(0, 1).toUpperCase()}
          </span>
          <span className={classes.userText}>
            <span>{name}</span>
            <span className={classes.userRole}>{t(`roles.${me.role}`)}</span>
          </span>
          <IconSelector size={15} aria-hidden className={classes.userMark} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("language")}</Menu.Label>
        {languages.map(({ value, label }) => (
          <Menu.Item
            key={value}
            lang={value}
            rightSection={value === locale ? <IconCheck size={15} aria-label={t("chosen")} /> : undefined}
            onClick={() => {
              setLanguage(value);
              router.refresh();
            }}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t("theme")}</Menu.Label>
        {schemes.map(({ value, icon: Mark }) => (
          <Menu.Item
            key={value}
            leftSection={<Mark size={16} stroke={1.7} />}
            rightSection={
              value === colorScheme ? <IconCheck size={15} aria-label={t("chosen")} /> : undefined
            }
            onClick={() => setColorScheme(value)}
          >
            {t(`themes.${value}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.7} />} onClick={() => void signOut()}>
          {t("signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
