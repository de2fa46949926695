import { readIncidentLinkOperation } from "#lib/api/operations/incident-links";
import type { IncidentLink } from "#lib/incidents/link-schema";
import { answerOf } from "./answer.ts";
import { pick, type SearchParams } from "./search-params.ts";

type Props = { params: Promise<{ action: string }>; searchParams: SearchParams };

/** What the link of a mail would do; `found` null: it was used, or has expired. */
export async function incidentLink({ params, searchParams }: Props) {
  const { action } = await params;
  const token = (await pick(searchParams, ["token"])).token ?? "";
  const path = `/api/incident-links?${new URLSearchParams({ action, token })}`;
  return { token, found: (await answerOf<IncidentLink>(readIncidentLinkOperation, path)) ?? null };
}
