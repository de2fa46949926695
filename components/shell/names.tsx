"use client";

import { useQuery } from "@tanstack/react-query";
import { accountQuery, channelQuery, keyQuery } from "#lib/api/queries";

/** The name behind an id in a chip; the id's start until it is known. */
export function AccountName({ id }: { id: string }) {
  return useQuery(accountQuery(id)).data?.name ?? `${id.slice(0, 8)}…`;
}

export function KeyName({ id }: { id: string }) {
  return useQuery(keyQuery(id)).data?.name ?? `${id.slice(0, 8)}…`;
}

export function ChannelName({ id }: { id: string }) {
  return useQuery(channelQuery(id)).data?.name ?? `${id.slice(0, 8)}…`;
}
