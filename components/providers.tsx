"use client";

import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useState } from "react";
import { makeQueryClient } from "#lib/api/query-client";
import { cssVariablesResolver, theme } from "./theme.ts";

// Nothing is ever said before something was done, so its code may come later.
const Notifications = dynamic(() => import("@mantine/notifications").then((module) => module.Notifications), {
  ssr: false,
});

/** Everything that pages rely on: theme, query cache, URL state, toasts. */
export function Providers({ nonce, children }: { nonce?: string; children: ReactNode }) {
  const router = useRouter();
  // A refresh makes the console's layout look at the session again, which then shows the sign-in form.
  const [queryClient] = useState(() => makeQueryClient(() => router.refresh()));
  if (nonce !== undefined) setNonce(nonce);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      {...(nonce === undefined ? {} : { getStyleNonce: () => nonce })}
    >
      <QueryClientProvider client={queryClient}>
        <NuqsAdapter>{children}</NuqsAdapter>
      </QueryClientProvider>
      <Notifications position="bottom-right" limit={4} />
    </MantineProvider>
  );
}
