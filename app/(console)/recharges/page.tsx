import { notFound } from "next/navigation";
import { RechargesView } from "#components/recharges/recharges-view";
import { listRechargesOperation } from "#lib/api/operations/recharges";
import { rechargesQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { readMe } from "../../me.ts";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("recharges");

export default async function RechargesPage() {
  if ((await readMe())?.role === "customer") notFound();
  return (
    <Hydrate prefetch={[{ query: rechargesQuery(), from: listRechargesOperation, pages: true }]}>
      <RechargesView />
    </Hydrate>
  );
}
