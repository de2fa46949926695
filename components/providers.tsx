"use client";

import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useMemo, useState } from "react";
import { makeQueryClient } from "#lib/api/query-client";
import { themeFor } from "./theme.ts";

// Nothing is ever said before something was done, so its code may come later.
const Notifications = dynamic(() => import("@mantine/notifications").then((module) => module.Notifications), {
  ssr: false,
});

type Props = { accent: string | null; nonce?: string; children: ReactNode };

/** Everything that pages rely on: theme, query cache, URL state, toasts. */
export function Providers({ accent, nonce: given, children }: Props) {
  // A refresh brings another request's nonce, but the document keeps the policy that it came with.
  const [nonce] = useState(given);
  const router = useRouter();
  // A refresh makes the console's layout look at the session again, which then shows the sign-in form.
  const [queryClient] = useState(() => makeQueryClient(() => router.refresh()));
  if (nonce !== undefined) setNonce(nonce);
  const close = useTranslations("common")("close");
  const [theme, resolver] = useMemo(() => {
    const [ofAccent, itsResolver] = themeFor(accent);
    // Notices make their own button, which nobody else could name.
    const Notification = { defaultProps: { closeButtonProps: { "aria-label": close } } };
    return [{ ...ofAccent, components: { ...ofAccent.components, Notification } }, itsResolver];
  }, [accent, close]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
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
