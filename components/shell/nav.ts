import {
  type Icon,
  IconArrowBigUpLines,
  IconBook2,
  IconChartLine,
  IconClockPlay,
  IconCoins,
  IconCreditCardPay,
  IconDiscount2,
  IconGauge,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconListDetails,
  IconMail,
  IconMailX,
  IconNotebook,
  IconPlugConnected,
  IconRoute,
  IconServer2,
  IconSettings,
  IconShieldExclamation,
  IconSpeakerphone,
  IconTags,
  IconUserCheck,
  IconUserCircle,
  IconUsers,
  IconUsersGroup,
  IconWorldSearch,
} from "@tabler/icons-react";
import type { Action, Role } from "#lib/auth/can";

/** One list feeds sidebar, palette and the `g …` shortcuts. `name` is its key under `nav` in the messages. */
export type NavEntry = {
  href: string;
  name:
    | "overview"
    | "logs"
    | "byIp"
    | "charts"
    | "accounts"
    | "keys"
    | "limitRequests"
    | "limits"
    | "incidents"
    | "channels"
    | "groups"
    | "lines"
    | "pricing"
    | "models"
    | "outbox"
    | "announcements"
    | "subscribers"
    | "jobs"
    | "docs"
    | "settings"
    | "auditLog"
    | "people"
    | "team"
    | "dashboard"
    | "profile"
    | "recharges"
    | "recharge"
    | "ledger"
    | "tiers"
    | "deadLetters"
    | "nodes";
  icon: Icon;
  /** Who may not do this does not see the entry. */
  permission: Action;
  /** The key after `g` that goes there. */
  shortcut: string;
  /** Where the number of what waits there for a person is asked (`{waiting}`): shown as a badge. */
  waiting?: string;
  /** Where its badge leads, if the entry's own page shows more than what waits. */
  waitingHref?: string;
};

export type NavSection = {
  name: "traffic" | "customers" | "supply" | "money" | "safety" | "messages" | "system" | null;
  entries: readonly NavEntry[];
};

const navSections: readonly NavSection[] = [
  {
    name: null,
    entries: [
      { href: "/", name: "overview", icon: IconLayoutDashboard, permission: "overview.read", shortcut: "o" },
    ],
  },
  {
    name: "traffic",
    entries: [
      { href: "/logs", name: "logs", icon: IconListDetails, permission: "logs.read", shortcut: "l" },
      { href: "/charts", name: "charts", icon: IconChartLine, permission: "metrics.read", shortcut: "v" },
      { href: "/by-ip", name: "byIp", icon: IconWorldSearch, permission: "logs.read", shortcut: "i" },
    ],
  },
  {
    name: "customers",
    entries: [
      { href: "/accounts", name: "accounts", icon: IconUsers, permission: "accounts.read", shortcut: "a" },
      { href: "/keys", name: "keys", icon: IconKey, permission: "keys.read", shortcut: "k" },
      {
        href: "/limit-requests",
        name: "limitRequests",
        icon: IconArrowBigUpLines,
        permission: "limits.write",
        shortcut: "r",
        waiting: "/api/limit-requests/waiting",
      },
    ],
  },
  {
    name: "supply",
    entries: [
      {
        href: "/channels",
        name: "channels",
        icon: IconPlugConnected,
        permission: "channels.read",
        shortcut: "c",
      },
      { href: "/models", name: "models", icon: IconTags, permission: "models.read", shortcut: "m" },
      { href: "/groups", name: "groups", icon: IconRoute, permission: "groups.read", shortcut: "w" },
      { href: "/limits", name: "limits", icon: IconGauge, permission: "limits.read", shortcut: "q" },
    ],
  },
  {
    name: "money",
    entries: [
      {
        href: "/recharges",
        name: "recharges",
        icon: IconCoins,
        permission: "recharges.read",
        shortcut: "z",
        waiting: "/api/recharges/waiting",
        waitingHref: "/recharges?waiting=true",
      },
      { href: "/ledger", name: "ledger", icon: IconNotebook, permission: "ledger.read", shortcut: "b" },
      {
        href: "/tiers",
        name: "tiers",
        icon: IconDiscount2,
        permission: "tiers.read",
        shortcut: "t",
        waiting: "/api/tier-grants/waiting",
      },
      {
        href: "/dead-letters",
        name: "deadLetters",
        icon: IconMailX,
        permission: "ledger.read",
        shortcut: "e",
      },
    ],
  },
  {
    name: "safety",
    entries: [
      {
        href: "/incidents",
        name: "incidents",
        icon: IconShieldExclamation,
        permission: "incidents.read",
        shortcut: "1",
        waiting: "/api/incidents/open",
      },
    ],
  },
  {
    name: "messages",
    entries: [
      {
        href: "/announcements",
        name: "announcements",
        icon: IconSpeakerphone,
        permission: "announcements.read",
        shortcut: "y",
      },
      {
        href: "/subscribers",
        name: "subscribers",
        icon: IconUserCheck,
        permission: "subscribers.read",
        shortcut: "f",
      },
      { href: "/outbox", name: "outbox", icon: IconMail, permission: "outbox.read", shortcut: "x" },
    ],
  },
  {
    name: "system",
    entries: [
      { href: "/jobs", name: "jobs", icon: IconClockPlay, permission: "jobs.read", shortcut: "j" },
      { href: "/people", name: "people", icon: IconUsersGroup, permission: "users.read", shortcut: "p" },
      { href: "/nodes", name: "nodes", icon: IconServer2, permission: "nodes.read", shortcut: "n" },
      { href: "/settings", name: "settings", icon: IconSettings, permission: "settings.read", shortcut: "s" },
      { href: "/audit-log", name: "auditLog", icon: IconHistory, permission: "audit.read", shortcut: "h" },
    ],
  },
];

/** What a customer sees: their own account, under the same addresses. */
const portalSections: readonly NavSection[] = [
  {
    name: null,
    entries: [
      {
        href: "/",
        name: "dashboard",
        icon: IconLayoutDashboard,
        permission: "accounts.read",
        shortcut: "o",
      },
      { href: "/keys", name: "keys", icon: IconKey, permission: "keys.read", shortcut: "k" },
      { href: "/logs", name: "logs", icon: IconListDetails, permission: "logs.read", shortcut: "l" },
      { href: "/charts", name: "charts", icon: IconChartLine, permission: "metrics.read", shortcut: "v" },
      { href: "/by-ip", name: "byIp", icon: IconWorldSearch, permission: "logs.read", shortcut: "i" },
      {
        href: "/incidents",
        name: "incidents",
        icon: IconShieldExclamation,
        permission: "incidents.read",
        shortcut: "1",
        waiting: "/api/incidents/open",
      },
      { href: "/limits", name: "limits", icon: IconGauge, permission: "limits.read", shortcut: "q" },
      { href: "/groups", name: "lines", icon: IconRoute, permission: "limitRequests.read", shortcut: "w" },
      {
        href: "/recharge",
        name: "recharge",
        icon: IconCreditCardPay,
        permission: "recharges.read",
        shortcut: "z",
      },
      { href: "/pricing", name: "pricing", icon: IconTags, permission: "me.read", shortcut: "f" },
      { href: "/team", name: "team", icon: IconUsersGroup, permission: "members.read", shortcut: "t" },
      {
        href: "/announcements",
        name: "announcements",
        icon: IconSpeakerphone,
        permission: "me.read",
        shortcut: "y",
      },
    ],
  },
];

/** The sections of someone's sidebar. */
export function sectionsFor(role: Role): readonly NavSection[] {
  return role === "customer" ? portalSections : navSections;
}

/** Everybody's own page, behind their name. */
export const profileEntry: NavEntry = {
  href: "/profile",
  name: "profile",
  icon: IconUserCircle,
  permission: "me.read",
  shortcut: "u",
};

export const docsEntry: NavEntry = {
  href: "/docs",
  name: "docs",
  icon: IconBook2,
  permission: "me.read",
  shortcut: "d",
};

/** Whether the entry is the one whose page is shown: "/" only itself, others with all below them. */
export function isCurrent(href: string, pathname: string): boolean {
  return href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
}
