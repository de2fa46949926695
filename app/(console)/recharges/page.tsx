import { notFound } from "next/navigation";
import { readMe } from "../../me.ts";
import { titled } from "../../page-title.ts";
import { RechargesHome } from "../../recharges.tsx";

export const generateMetadata = titled("recharges");

export default async function RechargesPage() {
  // Customers have their own page of recharges.
  if ((await readMe())?.role === "customer") notFound();
  return <RechargesHome />;
}
