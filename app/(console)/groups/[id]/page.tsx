import { GroupHome } from "../../../groups.tsx";
import { titled } from "../../../page-title.ts";

export const generateMetadata = titled("groups");

export default async function GroupPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <GroupHome id={id} />;
}
