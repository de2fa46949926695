import { OfficialView } from "#components/prices/official-view";
import { getOfficialSyncOperation } from "#lib/api/operations/official-prices";
import { officialSyncQuery } from "#lib/api/queries";
import { Hydrate } from "../../../hydrate.tsx";
import { titled } from "../../../page-title.ts";

export const generateMetadata = titled("official");

export default function OfficialPage() {
  return (
    <Hydrate prefetch={[{ query: officialSyncQuery(), from: getOfficialSyncOperation }]}>
      <OfficialView />
    </Hydrate>
  );
}
