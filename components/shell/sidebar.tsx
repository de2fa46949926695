"use client";

import { Kbd, VisuallyHidden } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { waitingQuery } from "#lib/api/queries";
import { AccountSwitch } from "./account-switch.tsx";
import { Logo } from "./logo.tsx";
import { useMe } from "./me.tsx";
import { docsEntry, isCurrent, type NavEntry, sectionsFor } from "./nav.ts";
import { useOpenPalette } from "./palette.tsx";
import classes from "./shell.module.css";
import { UserMenu } from "./user-menu.tsx";

/** Where one can go, and below it who one is. `onNavigate` closes the drawer on a phone. */
export function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
  const t = useTranslations("nav");
  const me = useMe();
  const openPalette = useOpenPalette();
  const link = (entry: NavEntry) => (
    <NavLink key={entry.href} entry={entry} {...(onNavigate === undefined ? {} : { onNavigate })} />
  );
  return (
    <div className={classes.sidebar}>
      <Link href="/" className={classes.brand} onClick={() => onNavigate?.()}>
        <Logo name={me.site.name} logo={me.site.logo} />
      </Link>
      <button type="button" className={classes.search} onClick={openPalette}>
        <IconSearch size={15} aria-hidden />
        <span>{t("search")}</span>
        <Kbd size="xs">⌘K</Kbd>
      </button>
      <AccountSwitch />
      <nav aria-label={t("main")} className={classes.nav}>
        {sectionsFor(me.role).map((section) => {
          const entries = section.entries.filter((entry) => me.permissions.includes(entry.permission));
          if (entries.length === 0) return null;
          return (
            <div key={section.name ?? "top"} className={classes.section}>
              {section.name !== null && <p className={classes.sectionName}>{t(section.name)}</p>}
              {entries.map(link)}
            </div>
          );
        })}
      </nav>
      <div className={classes.bottom}>
        {link(docsEntry)}
        <UserMenu />
      </div>
    </div>
  );
}

function NavLink({ entry, onNavigate }: { entry: NavEntry; onNavigate?: () => void }) {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const Mark = entry.icon;
  const isHere = isCurrent(entry.href, pathname);
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // On a low screen the list scrolls: where one is must be seen without that.
    if (isHere) link.current?.scrollIntoView({ block: "nearest" });
  }, [isHere]);
  const { waiting, waitingHref } = entry;
  const own = (
    <Link
      ref={link}
      href={entry.href}
      className={classes.link}
      aria-current={isHere ? "page" : undefined}
      onClick={() => onNavigate?.()}
    >
      <Mark size={17} stroke={1.7} aria-hidden />
      {t(entry.name)}
      {waiting !== undefined && waitingHref === undefined && <Waiting path={waiting} />}
    </Link>
  );
  if (waiting === undefined || waitingHref === undefined) return own;
  return (
    <div className={classes.withBadge}>
      {own}
      <Waiting path={waiting} href={waitingHref} {...(onNavigate === undefined ? {} : { onNavigate })} />
    </div>
  );
}

/** How many things wait for a person behind an entry, as a link where they have an address; nothing where none does. */
function Waiting({ path, href, onNavigate }: { path: string; href?: string; onNavigate?: () => void }) {
  const t = useTranslations("nav");
  const { data } = useQuery({ ...waitingQuery(path), refetchInterval: 30_000 });
  if (data === undefined || data.waiting === 0) return null;
  const count = (
    <>
      {data.waiting > 99 ? "99+" : data.waiting}
      <VisuallyHidden> {t("waiting")}</VisuallyHidden>
    </>
  );
  if (href === undefined) return <span className={classes.waiting}>{count}</span>;
  return (
    <Link href={href} className={classes.waiting} onClick={() => onNavigate?.()}>
      {count}
    </Link>
  );
}
