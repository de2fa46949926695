"use client";

import { notifications } from "@mantine/notifications";
import { type InfiniteData, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ApiProblem, apiSend } from "#lib/api/client";
import type { Page } from "#lib/api/queries";
import { undoNotice } from "./offer-notice.tsx";
import { invalidate } from "./use-api-mutation.ts";

type Status = "active" | "draining" | "disabled" | "suspended";
type Item<S> = { id: string; name: string; status: S };
/** `was`: the status before, to which an undo goes back; without it the other of active and disabled. */
type Change<S> = Item<S> & { was?: S; isUndo?: boolean };

/** Changes a status at once, rolls back with the server's reason, and offers to undo. `path` is the list's. */
export function useStatusToggle<S extends Status = "active" | "disabled">(path: string) {
  const t = useTranslations("toggle");
  const queryClient = useQueryClient();
  const toggle = useMutation<unknown, ApiProblem, Change<S>, () => void>({
    mutationFn: ({ id, status }) => apiSend({ method: "PATCH", path: `${path}/${id}`, body: { status } }),
    onMutate: async ({ id, status }) => {
      // The list and the thing itself: an answer that is on its way would undo what is shown, and both may roll back.
      const shown = [[path], [`${path}/${id}`]];
      await Promise.all(shown.map((queryKey) => queryClient.cancelQueries({ queryKey })));
      const before = shown.flatMap((queryKey) => queryClient.getQueriesData({ queryKey }));
      queryClient.setQueriesData<InfiniteData<Page<Item<S>>>>({ queryKey: [path] }, (data) =>
        withStatus(data, id, status),
      );
      queryClient.setQueriesData<Item<S>>(
        { queryKey: [`${path}/${id}`] },
        (item) => item && { ...item, status },
      );
      return () => {
        for (const [key, data] of before) queryClient.setQueryData(key, data);
      };
    },
    onError: (problem, { name }, rollBack) => {
      rollBack?.();
      notifications.show({ color: "red", title: t("failed", { name }), message: problem.message });
    },
    onSuccess: (_answer, change) => {
      if (change.isUndo !== true) offerUndo(change);
    },
    onSettled: () => invalidate(queryClient, [path, "/api/overview"]),
  });
  const offerUndo = ({ id, name, status, was }: Change<S>) => {
    undoNotice({
      id: `${id}-${status}`,
      message: t(status as Status, { name }),
      action: t("undo"),
      onUndo: () => toggle.mutate({ id, name, status: was ?? otherOf(status), isUndo: true }),
    });
  };
  return toggle;
}

function otherOf<S extends Status>(status: S): S {
  // Whoever has more than these two says where an undo leads.
  return (status === "active" ? "disabled" : "active") as S;
}

function withStatus<S>(data: InfiniteData<Page<Item<S>>> | undefined, id: string, status: S) {
  if (data === undefined) return data;
  const pages = data.pages.map((page) => ({
    ...page,
    items: page.items.map((item) => (item.id === id ? { ...item, status } : item)),
  }));
  return { ...data, pages };
}
