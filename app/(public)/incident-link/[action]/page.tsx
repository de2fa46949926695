import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import { IncidentLinkForm } from "#components/incidents/incident-link-form";
import { incidentLink } from "../../../incident-link.ts";
import { site } from "../../../site.ts";

type Props = Parameters<typeof incidentLink>[0];

export default async function IncidentLinkPage(props: Props) {
  return (
    <AuthCard site={await site()} title={(await getTranslations("incidents"))("link.title")}>
      <IncidentLinkForm {...(await incidentLink(props))} />
    </AuthCard>
  );
}
