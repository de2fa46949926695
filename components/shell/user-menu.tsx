"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { UserButton } from "./user-button.tsx";

const UserMenuItems = dynamic(() => import("./user-menu-items.tsx").then((module) => module.UserMenuItems), {
  ssr: false,
  loading: () => <UserButton aria-haspopup="menu" />,
});

/** Who is signed in; the menu behind it is loaded when it is first opened. */
export function UserMenu() {
  const [isLoaded, setLoaded] = useState(false);
  if (isLoaded) return <UserMenuItems />;
  return <UserButton aria-haspopup="menu" aria-expanded={false} onClick={() => setLoaded(true)} />;
}
