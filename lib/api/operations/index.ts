import type { Operation } from "#lib/api/operation";
import * as accounts from "./accounts.ts";
import * as alerts from "./alerts.ts";
import * as announcements from "./announcements.ts";
import * as auditLog from "./audit-log.ts";
import * as balance from "./balance.ts";
import * as bonus from "./bonus.ts";
import * as channelActivity from "./channel-activity.ts";
import * as channelDiscovery from "./channel-discovery.ts";
import * as channelHealth from "./channel-health.ts";
import * as channelTest from "./channel-test.ts";
import * as channelTransfer from "./channel-transfer.ts";
import * as channels from "./channels.ts";
import * as claims from "./claims.ts";
import * as codes from "./codes.ts";
import * as deadLetters from "./dead-letters.ts";
import * as exchangeRates from "./exchange-rates.ts";
import * as groups from "./groups.ts";
import * as identities from "./identities.ts";
import * as incidentActions from "./incident-actions.ts";
import * as incidentLinks from "./incident-links.ts";
import * as incidents from "./incidents.ts";
import * as invitations from "./invitations.ts";
import * as jobs from "./jobs.ts";
import * as keys from "./keys.ts";
import * as ledger from "./ledger.ts";
import * as limitReports from "./limit-reports.ts";
import * as limitRequests from "./limit-requests.ts";
import * as limitServer from "./limit-server.ts";
import * as limitUsage from "./limit-usage.ts";
import * as limits from "./limits.ts";
import * as logReports from "./log-reports.ts";
import * as logs from "./logs.ts";
import * as mailServer from "./mail-server.ts";
import * as me from "./me.ts";
import * as members from "./members.ts";
import * as metrics from "./metrics.ts";
import * as models from "./models.ts";
import * as nodes from "./nodes.ts";
import * as officialPrices from "./official-prices.ts";
import * as outbox from "./outbox.ts";
import * as overview from "./overview.ts";
import * as ownPrices from "./own-prices.ts";
import * as payments from "./payments.ts";
import * as prices from "./prices.ts";
import * as profile from "./profile.ts";
import * as recharges from "./recharges.ts";
import * as savedViews from "./saved-views.ts";
import * as scanning from "./scanning.ts";
import * as settings from "./settings.ts";
import * as signIn from "./sign-in.ts";
import * as signInProviders from "./sign-in-providers.ts";
import * as site from "./site.ts";
import * as statements from "./statements.ts";
import * as subscribers from "./subscribers.ts";
import * as subscriptions from "./subscriptions.ts";
import * as tiers from "./tiers.ts";
import * as tokens from "./tokens.ts";
import * as users from "./users.ts";

/** Every operation of the management API, for OpenAPI and the tests over all of them. */
export const operations: readonly Operation[] = [
  me,
  profile,
  signIn,
  identities,
  overview,
  metrics,
  logs,
  logReports,
  limits,
  limitReports,
  limitRequests,
  limitUsage,
  limitServer,
  accounts,
  members,
  ledger,
  deadLetters,
  keys,
  incidents,
  incidentActions,
  incidentLinks,
  scanning,
  recharges,
  tiers,
  bonus,
  ownPrices,
  payments,
  claims,
  codes,
  balance,
  statements,
  exchangeRates,
  channels,
  channelHealth,
  channelTest,
  channelActivity,
  channelDiscovery,
  channelTransfer,
  models,
  prices,
  groups,
  savedViews,
  settings,
  signInProviders,
  site,
  tokens,
  alerts,
  nodes,
  jobs,
  users,
  invitations,
  officialPrices,
  announcements,
  subscriptions,
  subscribers,
  outbox,
  mailServer,
  auditLog,
].flatMap((resource) => Object.values<Operation>(resource));
