import type { ReactNode } from "react";
import { ConsoleShell } from "#components/shell/console-shell";
import type { Me } from "#components/shell/me";
import { getMe } from "#lib/api/operations/me";
import { answerOf } from "./answer.ts";

/** The console around a page for those who are signed in; for others what `otherwise` shows, at the same address. */
export async function Frame({ otherwise, children }: { otherwise: ReactNode; children: ReactNode }) {
  const me = await answerOf<Me>(getMe, "/api/me");
  return me === undefined ? otherwise : <ConsoleShell me={me}>{children}</ConsoleShell>;
}
