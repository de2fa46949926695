import { PublicFrame } from "#components/reference/public-frame";
import { readDocument } from "#components/reference/read-document";
import { ReferenceView } from "#components/reference/reference-view";
import { serveOpenApi } from "#lib/api/openapi-route";
import { Frame } from "../../../frame.tsx";
import { titled } from "../../../page-title.ts";
import { siteName } from "../../../site-name.ts";

export const generateMetadata = titled("reference");

export default async function ReferencePage() {
  const document = await (await serveOpenApi(new Request("http://localhost/api/openapi.json"))).json();
  const reference = <ReferenceView groups={readDocument(document)} />;
  return (
    <Frame otherwise={<PublicFrame siteName={await siteName()}>{reference}</PublicFrame>}>{reference}</Frame>
  );
}
