import { notFound } from "next/navigation";
import { CustomerLinesHome, OperatorGroupsHome } from "../../groups.tsx";
import { readMe } from "../../me.ts";
import { titled } from "../../page-title.ts";

export async function generateMetadata() {
  return titled((await readMe())?.role === "customer" ? "lines" : "groups")();
}

export default async function GroupsPage() {
  const me = await readMe();
  if (me?.role !== "customer") return <OperatorGroupsHome />;
  if (me.accountId === null) notFound();
  return <CustomerLinesHome accountId={me.accountId} />;
}
