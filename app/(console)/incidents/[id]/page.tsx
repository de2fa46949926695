import { IncidentView } from "#components/incidents/incident-view";
import { UsualPatternOfIncident } from "#components/logs/usual-pattern";
import { getIncidentOperation } from "#lib/api/operations/incidents";
import { incidentQuery } from "#lib/api/queries";
import { Hydrate } from "../../../hydrate.tsx";
import { titled } from "../../../page-title.ts";

export const generateMetadata = titled("incidents");

export default async function IncidentPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Hydrate prefetch={[{ query: incidentQuery(id), from: getIncidentOperation }]}>
      <IncidentView id={id} usual={<UsualPatternOfIncident id={id} />} />
    </Hydrate>
  );
}
