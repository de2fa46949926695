"use client";

import { Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconCheck,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserCircle,
} from "@tabler/icons-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { signOut } from "#lib/api/session";
import { languages, setLanguage } from "./language.ts";
import { UserButton } from "./user-button.tsx";

const schemes = [
  { value: "auto", icon: IconDeviceDesktop },
  { value: "light", icon: IconSun },
  { value: "dark", icon: IconMoon },
] as const;

/** What stands behind the user's name: language, theme and the way out. It opens as it is mounted. */
export function UserMenuItems() {
  const t = useTranslations("nav");
  const locale = useLocale();
  const router = useRouter();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu width={220} position="top-start" defaultOpened>
      <Menu.Target>
        <UserButton />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} href="/profile" leftSection={<IconUserCircle size={16} stroke={1.7} />}>
          {t("profile")}
        </Menu.Item>
        <Menu.Divider />
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
