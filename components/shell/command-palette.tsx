"use client";

import { useMantineColorScheme } from "@mantine/core";
import {
  isActionsGroup,
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
  spotlight,
} from "@mantine/spotlight";
import { IconArrowRight, IconMoon, IconPlus, IconSearch, IconSun } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { useMe } from "./me.tsx";
import { docsEntry, profileEntry, sectionsFor } from "./nav.ts";
import { useFound } from "./use-found.tsx";

const requestIdShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const creations = [
  { name: "createKey", href: "/keys?new=true", permission: "keys.write" },
  { name: "createAccount", href: "/accounts?new=true", permission: "accounts.write" },
  { name: "connectChannel", href: "/channels?new=true", permission: "channels.write" },
  { name: "createGroup", href: "/groups?new=true", permission: "groups.write" },
  { name: "invitePerson", href: "/people?new=true", permission: "users.write" },
] as const;

/** ⌘K: go to a page, create something, find a key, account or channel, jump to a request by its id, switch the theme. */
export function CommandPalette() {
  const t = useTranslations("palette");
  const [query, setQuery] = useState("");
  const actions = useActions();
  const jump = useJump(query.trim());
  const found = useFound(query.trim());
  // Its code is loaded when it is first asked for, so the first thing it does is open.
  useEffect(() => spotlight.open(), []);
  return (
    <Spotlight
      query={query}
      onQueryChange={setQuery}
      actions={jump === null ? actions : [jump]}
      filter={(text, all) =>
        jump === null ? [...filterByWords(text, all.filter(isActionsGroup)), ...found.groups] : all
      }
      nothingFound={found.isSearching ? t("searching") : t("nothingFound")}
      shortcut={null}
      scrollable
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: t("placeholder"),
        "aria-label": t("placeholder"),
      }}
    />
  );
}

function useActions(): SpotlightActionGroupData[] {
  const t = useTranslations();
  const router = useRouter();
  const { permissions, role } = useMe();
  const { setColorScheme } = useMantineColorScheme();
  const entries = [...sectionsFor(role).flatMap((section) => section.entries), docsEntry, profileEntry];
  const pages = entries
    .filter((entry) => permissions.includes(entry.permission))
    .map(({ href, name, icon: Mark }): SpotlightActionData => {
      return {
        id: href,
        label: t(`nav.${name}`),
        leftSection: <Mark size={18} stroke={1.6} />,
        onClick: () => router.push(href),
      };
    });
  const creating = creations
    .filter(({ permission }) => permissions.includes(permission))
    .map(({ name, href }): SpotlightActionData => {
      return {
        id: name,
        label: t(`palette.${name}`),
        leftSection: <IconPlus size={18} stroke={1.6} />,
        onClick: () => router.push(href),
      };
    });
  const appearance: SpotlightActionData[] = [
    {
      id: "light",
      label: t("palette.light"),
      leftSection: <IconSun size={18} stroke={1.6} />,
      onClick: () => setColorScheme("light"),
    },
    {
      id: "dark",
      label: t("palette.dark"),
      leftSection: <IconMoon size={18} stroke={1.6} />,
      onClick: () => setColorScheme("dark"),
    },
  ];
  return [
    { group: t("palette.pages"), actions: pages },
    { group: t("palette.create"), actions: creating },
    { group: t("palette.appearance"), actions: appearance },
  ];
}

function useJump(query: string): SpotlightActionData | null {
  const t = useTranslations("palette");
  const router = useRouter();
  if (!requestIdShape.test(query)) return null;
  return {
    id: "jump",
    label: t("openRequest"),
    description: query,
    leftSection: <IconArrowRight size={18} stroke={1.6} />,
    onClick: () => router.push(`/logs?row=${query.toLowerCase()}`),
  };
}

/** Every word of the query has to stand somewhere in the label. */
function filterByWords(query: string, groups: readonly SpotlightActionGroupData[]) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ label = "" }: SpotlightActionData) =>
    words.every((word) => label.toLowerCase().includes(word));
  return groups.flatMap((group) => {
    const actions = group.actions.filter(fits);
    return actions.length === 0 ? [] : [{ ...group, actions }];
  });
}
