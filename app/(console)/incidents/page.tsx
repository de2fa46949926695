import { notFound } from "next/navigation";
import { IncidentsView } from "#components/incidents/incidents-view";
import { readMe } from "../../me.ts";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("incidents");

export default async function IncidentsPage() {
  const me = await readMe();
  if (me?.role === "customer" && me.accountId === null) notFound();
  return <IncidentsView ownAccountId={me?.role === "customer" ? me.accountId : null} />;
}
