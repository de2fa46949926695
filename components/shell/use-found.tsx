"use client";

import { useDebouncedValue } from "@mantine/hooks";
import type { SpotlightActionData, SpotlightActionGroupData } from "@mantine/spotlight";
import { type Icon, IconKey, IconPlugConnected, IconUsers } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import type { Action } from "#lib/auth/can";
import { type FoundOption, findAccounts, findChannels, findKeys } from "./find-options.ts";
import { useMe } from "./me.tsx";

type Place = {
  name: "keys" | "accounts" | "channels";
  permission: Action;
  icon: Icon;
  find: (text: string) => Promise<FoundOption[]>;
  hrefOf: (id: string) => string;
};

const places: readonly Place[] = [
  {
    name: "keys",
    permission: "keys.read",
    icon: IconKey,
    find: findKeys,
    hrefOf: (id) => `/keys?row=${id}`,
  },
  {
    name: "accounts",
    permission: "accounts.read",
    icon: IconUsers,
    find: findAccounts,
    hrefOf: (id) => `/accounts/${id}`,
  },
  {
    name: "channels",
    permission: "channels.read",
    icon: IconPlugConnected,
    find: findChannels,
    hrefOf: (id) => `/channels?row=${id}`,
  },
];

/** What the server finds for two letters and more: keys by name or prefix, accounts, channels. */
export function useFound(text: string): { groups: SpotlightActionGroupData[]; isSearching: boolean } {
  const t = useTranslations("palette");
  const router = useRouter();
  const { permissions } = useMe();
  const [settled] = useDebouncedValue(text, 120);
  const asked = places.filter(({ permission }) => permissions.includes(permission));
  const { data, isFetching } = useQuery({
    queryKey: ["search", "palette", settled],
    queryFn: () => Promise.all(asked.map(async (place) => ({ place, options: await place.find(settled) }))),
    enabled: settled.length >= 2,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  if (text.length < 2 || data === undefined) return { groups: [], isSearching: text.length >= 2 };
  const groups = data.flatMap(({ place: { name, icon: Mark, hrefOf }, options }) => {
    const actions = options.slice(0, 5).map(({ value, label, hint }): SpotlightActionData => {
      return {
        id: `${name}-${value}`,
        label,
        ...(hint === undefined ? {} : { description: hint }),
        leftSection: <Mark size={18} stroke={1.6} />,
        onClick: () => router.push(hrefOf(value)),
      };
    });
    return actions.length === 0 ? [] : [{ group: t(name), actions }];
  });
  return { groups, isSearching: isFetching || settled !== text };
}
