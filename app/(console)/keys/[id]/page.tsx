import { KeyView } from "#components/keys/key-view";
import { Hydrate } from "../../../hydrate.tsx";
import { keyParts, keyPrefetch } from "../../../key-parts.tsx";
import { titled } from "../../../page-title.ts";

export const generateMetadata = titled("keys");

export default async function KeyPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Hydrate prefetch={keyPrefetch(id)}>
      <KeyView id={id} {...keyParts(id)} />
    </Hydrate>
  );
}
