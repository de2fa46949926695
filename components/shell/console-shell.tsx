"use client";

import { ActionIcon } from "@mantine/core";
import { IconMenu2, IconSearch } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { CurrencyProvider } from "../common/currency.tsx";
import type { TablePrefs } from "../data-table/read-table-prefs.ts";
import { TablePrefsProvider } from "../data-table/table-prefs.tsx";
import { type Brand, SiteHeader } from "./brand.tsx";
import { Logo } from "./logo.tsx";
import { type Me, MeProvider } from "./me.tsx";
import { PaletteProvider, useOpenPalette } from "./palette.tsx";
import classes from "./shell.module.css";
import { Shortcuts } from "./shortcuts.tsx";
import { Sidebar } from "./sidebar.tsx";
import { StepUp } from "./step-up.tsx";

const MenuDrawer = dynamic(() => import("./menu-drawer.tsx").then((module) => module.MenuDrawer), {
  ssr: false,
});

/** The frame of every page of the console: sidebar (a drawer on a phone), palette, password prompt. */
export function ConsoleShell({ me, tables, children }: { me: Me; tables: TablePrefs; children: ReactNode }) {
  const t = useTranslations("nav");
  const [isOpen, setOpen] = useState(false);
  return (
    <MeProvider me={me}>
      <PaletteProvider>
        <a href="#main" className={classes.skip}>
          {t("skip")}
        </a>
        <div className={classes.frame}>
          <aside className={classes.side}>
            <Sidebar />
          </aside>
          <Topbar site={me.site} onMenu={() => setOpen(true)} />
          <main id="main" className={classes.main} tabIndex={-1}>
            <SiteHeader text={me.site.header} />
            <CurrencyProvider value={me.site.currency}>
              <TablePrefsProvider initial={tables}>{children}</TablePrefsProvider>
            </CurrencyProvider>
          </main>
        </div>
        {isOpen && <MenuDrawer onClose={() => setOpen(false)} />}
        <Shortcuts />
        <StepUp />
      </PaletteProvider>
    </MeProvider>
  );
}

function Topbar({ site, onMenu }: { site: Brand; onMenu: () => void }) {
  const t = useTranslations("nav");
  return (
    <div className={classes.topbar}>
      <ActionIcon aria-label={t("openMenu")} onClick={onMenu}>
        <IconMenu2 size={20} />
      </ActionIcon>
      <Link href="/">
        <Logo name={site.name} logo={site.logo} />
      </Link>
      <ActionIcon aria-label={t("search")} onClick={useOpenPalette()} ml="auto">
        <IconSearch size={19} />
      </ActionIcon>
    </div>
  );
}
