import { readDocument } from "#components/reference/read-document";
import { ReferenceView } from "#components/reference/reference-view";
import { serveOpenApi } from "#lib/api/openapi-route";
import { titled } from "../../../page-title.ts";

export const generateMetadata = titled("reference");

export default async function ReferencePage() {
  const document = await (await serveOpenApi(new Request("http://localhost/api/openapi.json"))).json();
  return <ReferenceView groups={readDocument(document)} />;
}
