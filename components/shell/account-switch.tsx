"use client";

import dynamic from "next/dynamic";
import { useMe } from "./me.tsx";

const AccountSelect = dynamic(() => import("./account-select.tsx").then((module) => module.AccountSelect));

/** Which of their accounts a customer looks at; nothing where there is no choice. */
export function AccountSwitch() {
  const { role, accounts } = useMe();
  return role === "customer" && accounts.length > 1 ? <AccountSelect /> : null;
}
