import { notFound } from "next/navigation";
import { readMe } from "../../me.ts";
import { OwnRechargesHome } from "../../own-recharges.tsx";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("recharge");

export default async function RechargePage() {
  const me = await readMe();
  if (me?.role !== "customer" || me.accountId === null) notFound();
  return <OwnRechargesHome accountId={me.accountId} />;
}
