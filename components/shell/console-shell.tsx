"use client";

import { ActionIcon, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import { IconMenu2, IconSearch } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { CommandPalette } from "./command-palette.tsx";
import { Logo } from "./logo.tsx";
import { type Me, MeProvider } from "./me.tsx";
import classes from "./shell.module.css";
import { Shortcuts } from "./shortcuts.tsx";
import { Sidebar } from "./sidebar.tsx";
import { StepUpDialog } from "./step-up-dialog.tsx";

/** The frame of every page of the console: sidebar (a drawer on a phone), palette, password prompt. */
export function ConsoleShell({ me, children }: { me: Me; children: ReactNode }) {
  const t = useTranslations("nav");
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <MeProvider me={me}>
      <a href="#main" className={classes.skip}>
        {t("skip")}
      </a>
      <div className={classes.frame}>
        <aside className={classes.side}>
          <Sidebar />
        </aside>
        <header className={classes.topbar}>
          <ActionIcon aria-label={t("openMenu")} onClick={open}>
            <IconMenu2 size={20} />
          </ActionIcon>
          <Link href="/">
            <Logo name={me.siteName} />
          </Link>
          <ActionIcon aria-label={t("search")} onClick={spotlight.open} ml="auto">
            <IconSearch size={19} />
          </ActionIcon>
        </header>
        <main id="main" className={classes.main} tabIndex={-1}>
          {children}
        </main>
      </div>
      <Drawer
        opened={isOpen}
        onClose={close}
        position="left"
        size={268}
        withCloseButton={false}
        title={t("main")}
        styles={{ header: { display: "none" }, body: { padding: 0, height: "100%" } }}
      >
        <Sidebar onNavigate={close} />
      </Drawer>
      <CommandPalette />
      <Shortcuts />
      <StepUpDialog />
    </MeProvider>
  );
}
