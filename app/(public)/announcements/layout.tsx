import type { ReactNode } from "react";
import { PublicFrame } from "#components/reference/public-frame";
import { Frame } from "../../frame.tsx";
import { site } from "../../site.ts";

/** Announcements stand in the console for those who are signed in, and in a plain frame for all others. */
export default async function AnnouncementsLayout({ children }: { children: ReactNode }) {
  return <Frame otherwise={<PublicFrame site={await site()}>{children}</PublicFrame>}>{children}</Frame>;
}
