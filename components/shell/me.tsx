"use client";

import { createContext, type ReactNode, use } from "react";
import type { Action, MemberRole, Role } from "#lib/auth/can";
import type { Site } from "#lib/site/schema";
import type { User } from "#lib/users/schema";

/** Who is signed in, as `GET /api/me` tells. */
export type Me = {
  user: User | null;
  role: Role;
  permissions: Action[];
  /** Whoever signs in at a provider only has none. */
  hasPassword: boolean;
  siteName: string;
  mustEnrolTotp: boolean;
  /** Accounts that one is a member of, and which of them the session looks at. */
  accounts: { accountId: string; name: string; role: MemberRole }[];
  accountId: string | null;
  site: Site;
};

const MeContext = createContext<Me | null>(null);

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>;
}

/** The signed-in person. Throws outside of the console, where nobody is. */
export function useMe(): Me {
  const me = use(MeContext);
  if (me === null) throw new Error("useMe needs a MeProvider above it");
  return me;
}

/** Whether to show what leads to an action. The server decides again when it is done. */
export function useCan(action: Action): boolean {
  return useMe().permissions.includes(action);
}
