import { notFound } from "next/navigation";
import { CustomerLimitsHome, OperatorLimitsHome } from "../../limits.tsx";
import { readMe } from "../../me.ts";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("limits");

export default async function LimitsPage() {
  const me = await readMe();
  if (me?.role !== "customer") return <OperatorLimitsHome />;
  if (me.accountId === null) notFound();
  return <CustomerLimitsHome accountId={me.accountId} />;
}
