import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./globals.css";
import { ColorSchemeScript, mantineHtmlProps } from "@mantine/core";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { NextIntlClientProvider } from "next-intl";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { Providers } from "#components/providers";
import { mono, sans } from "./fonts.ts";
import { site } from "./site.ts";

export async function generateMetadata(): Promise<Metadata> {
  const { name, logo } = await site();
  return {
    title: { default: name, template: `%s · ${name.replaceAll("%s", "")}` },
    icons: { icon: logo ?? "/favicon.svg" },
    robots: { index: false },
  };
}

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f8f9f9" },
    { media: "(prefers-color-scheme: dark)", color: "#101416" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  const locale = await getLocale();
  const { accent } = await site();
  return (
    <html
      lang={locale === "zh" ? "zh-CN" : locale}
      className={`${sans.variable} ${mono.variable}`}
      {...mantineHtmlProps}
    >
      <head>
        <ColorSchemeScript defaultColorScheme="auto" {...(nonce === undefined ? {} : { nonce })} />
      </head>
      <body>
        <NextIntlClientProvider>
          <Providers accent={accent} {...(nonce === undefined ? {} : { nonce })}>
            {children}
          </Providers>
        </NextIntlClientProvider>
      </body>
    </html>
  );
}
