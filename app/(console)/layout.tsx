import type { ReactNode } from "react";
import { Frame } from "../frame.tsx";
import { SignIn } from "../sign-in.tsx";

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return <Frame otherwise={<SignIn />}>{children}</Frame>;
}
