import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { AccountOfUser, Member } from "#lib/accounts/member-schema";
import type { Account } from "#lib/accounts/schema";
import type { Announcement, VersionText } from "#lib/announcements/schema";
import type { AuditEntryAnswer } from "#lib/audit/schema";
import type { BalanceCare } from "#lib/balance/schema";
import type { BonusCredit } from "#lib/bonus/schema";
import type { ChannelActivity } from "#lib/channels/activity/schema";
import type { ChannelHealthAnswer } from "#lib/channels/health-schema";
import type { Channel } from "#lib/channels/schema";
import type { Claim } from "#lib/claims/schema";
import type { CodeBatchAnswer } from "#lib/codes/schema";
import type { KeyPattern } from "#lib/detection/schema";
import type { Grant } from "#lib/groups/grant-schema";
import type { Line } from "#lib/groups/line-schema";
import type { Group } from "#lib/groups/schema";
import type { Incident, IncidentDays, IncidentDetails } from "#lib/incidents/schema";
import type { Invitation } from "#lib/invitations/schema";
import type { JobAnswer, JobRunAnswer } from "#lib/jobs/schema";
import type { KeySecret } from "#lib/keys/rotation-schema";
import type { Key, KeyHygiene } from "#lib/keys/schema";
import type {
  LedgerEntry,
  LedgerProofAnswer,
  LedgerTransaction,
  LedgerTransactionRow,
  Seal,
} from "#lib/ledger/schema";
import type { RefusalSum } from "#lib/limits/refusal-schema";
import type { LimitHistory } from "#lib/limits/report-schema";
import type { LimitRequest } from "#lib/limits/request-schema";
import type { AppliedLimit, LimitAnswer } from "#lib/limits/schema";
import type { LimitServerAnswer } from "#lib/limits/server-schema";
import type { LimitUsageAnswer } from "#lib/limits/usage-schema";
import type { ByIpAnswer, IpReport, KeyAtIp } from "#lib/logs/by-ip-schema";
import type { LogDetail, LogPage, LogRow } from "#lib/logs/schema";
import type { MailAnswer, MailDetail, MailServerAnswer } from "#lib/mail/schema";
import type { LogHistogram } from "#lib/metrics/histogram-schema";
import type { Metrics, Overview } from "#lib/metrics/schema";
import type { Model } from "#lib/models/schema";
import type { Node } from "#lib/nodes/schema";
import type { PaymentMethodAnswer } from "#lib/payments/method-schema";
import type { OfficialSyncAnswer } from "#lib/pricing/official-schema";
import type { OwnPrices } from "#lib/pricing/own-prices-schema";
import type { PreviewAnswer } from "#lib/pricing/preview-schema";
import type { PriceChangeAnswer, PriceVersionDetail, PriceVersionSummary } from "#lib/pricing/version-schema";
import type { ExchangeRate, Recharge, RechargeEvent } from "#lib/recharges/schema";
import type { Settings } from "#lib/settings/schema";
import type { DeadLetter } from "#lib/settlement/schema";
import type { Identity, Provider, ProviderId } from "#lib/sign-in/schema";
import type { SitePassword } from "#lib/site/schema";
import type { Statement } from "#lib/statements/schema";
import type { FollowOptions, Subscriber, Subscription } from "#lib/subscribers/schema";
import type { Tier, TierGrantAnswer, TierProgress } from "#lib/tiers/schema";
import type { Token } from "#lib/tokens/schema";
import type { User } from "#lib/users/schema";
import type { SavedView } from "#lib/views/schema";
import { apiGet, apiGetTagged, apiSend, type QueryParams } from "./client.ts";

export type Page<T> = { items: T[]; nextCursor: string | null };

/**
 * Accounts, the house's own left out. Of this and all that follow: one operation each, and docs/permissions.md says who may
 * ask it; one cache entry per path and parameters, so that a write invalidates by the path alone. Throws ApiProblem.
 */
export const accountsQuery = (params: QueryParams = {}) => list<Account>("/api/accounts", params);
/** Without deleted ones; never with their secrets. */
export const keysQuery = (params: QueryParams = {}) => list<Key>("/api/keys", params);
/** Without deleted ones; never with their credentials. */
export const channelsQuery = (params: QueryParams = {}) => list<Channel>("/api/channels", params);
/** The catalogue, 200 models at a time unless `params` says otherwise. */
export const modelsQuery = (params: QueryParams = {}) =>
  list<Model>("/api/models", { limit: 200, ...params });
/** What the last comparison with official prices found; `sync` null: there was none yet. */
export const officialSyncQuery = () => one<{ sync: OfficialSyncAnswer | null }>("/api/prices/official");
/** Newest first, drafts among them; without their entries. */
export const priceVersionsQuery = (params: QueryParams = {}) =>
  list<PriceVersionSummary>("/api/prices/versions", params);
/** With all that it names. */
export const priceVersionQuery = (id: string) =>
  one<PriceVersionDetail>(`/api/prices/versions/${encodeURIComponent(id)}`);
/** `against` null: what is in force for a draft, what stood before it for a published version. */
export const priceDiffQuery = (id: string, against: string | null = null) =>
  one<{ items: PriceChangeAnswer[] }>(`/api/prices/versions/${encodeURIComponent(id)}/diff`, { against });
/** What the last `days` would have cost under a version. A POST, but nothing is written; kept for a minute. */
export const pricePreviewQuery = (id: string, days: number) => {
  const path = `/api/prices/versions/${encodeURIComponent(id)}/preview`;
  return queryOptions({
    queryKey: [path, { days }] as const,
    queryFn: () => apiSend<PreviewAnswer>({ method: "POST", path, body: { days } }),
    staleTime: 60_000,
  });
};
/** With the multiplier that is in force. */
export const groupsQuery = (params: QueryParams = {}) => list<Group>("/api/groups", params);
/** With the multiplier that is in force. */
export const groupQuery = (id: string) => one<Group>(`/api/groups/${encodeURIComponent(id)}`);
/** The accounts that a line's models are activated for, all in one answer. */
export const groupGrantsQuery = (id: string) =>
  one<Page<Grant>>(`/api/groups/${encodeURIComponent(id)}/grants`);
/** The lines as an account sees them, all in one answer. */
export const linesQuery = (accountId: string) =>
  one<Page<Line>>(`/api/accounts/${encodeURIComponent(accountId)}/lines`);
/** A page also says how far back it has looked (`partial`, `scannedTo`) and since when rows are kept. */
export const logsQuery = (params: QueryParams = {}) => list<LogRow, LogPage>("/api/logs", params);
/** Calls over time under the filters of a list of logs. */
export const logHistogramQuery = (params: QueryParams) => one<LogHistogram>("/api/logs/histogram", params);
/** A page also says whether it was counted by calls or by whole days (`precision`). */
export const byIpQuery = (params: QueryParams = {}) => list<IpReport, ByIpAnswer>("/api/logs/by-ip", params);
/** What an account pays otherwise than all others. */
export const ownPricesQuery = (accountId: string) =>
  one<OwnPrices>(`/api/accounts/${encodeURIComponent(accountId)}/prices`);
/** An account's entries with the balance after each, newest first. */
export const ledgerQuery = (accountId: string) =>
  list<LedgerEntry>(`/api/accounts/${encodeURIComponent(accountId)}/ledger`, {});

/** Limits as they are set, 500 at a time; what applies in the end says appliedLimitsQuery. */
export const limitsQuery = (params: QueryParams = {}) =>
  list<LimitAnswer>("/api/limits", { limit: 500, ...params });
/** How full an account's or key's minutes were beside its limit. */
export const limitHistoryQuery = (params: QueryParams) => one<LimitHistory>("/api/limits/history", params);
/** How much of its limits an account or key uses at this moment, the fullest first. */
export const limitUsageQuery = (params: QueryParams) => one<LimitUsageAnswer>("/api/limits/usage", params);
/** What limits refused lately, the most first, in one answer. */
export const limitRefusalsQuery = (params: QueryParams) =>
  one<Page<RefusalSum>>("/api/limits/refusals", params);
/** Newest first, lines that are asked for too; our proposals to cut a grant are for operators alone. */
export const limitRequestsQuery = (params: QueryParams = {}) =>
  list<LimitRequest>("/api/limit-requests", params);
/** Waiting or decided, with the answer that was given. */
export const limitRequestQuery = (id: string) =>
  one<LimitRequest>(`/api/limit-requests/${encodeURIComponent(id)}`);
/** Newest first; with `waiting` those that ask for a person. */
export const rechargesQuery = (params: QueryParams = {}) => list<Recharge>("/api/recharges", params);
/** Where it is paid and when it ends only while it waits for payment. */
export const rechargeQuery = (id: string) => one<Recharge>(`/api/recharges/${encodeURIComponent(id)}`);
/** What has happened to an order, from its beginning. */
export const rechargeStoryQuery = (id: string) =>
  one<{ items: RechargeEvent[] }>(`/api/recharges/${encodeURIComponent(id)}/story`);
/** The newest date first, then by currency. */
export const exchangeRatesQuery = (params: QueryParams = {}) =>
  list<ExchangeRate>("/api/exchange-rates", params);
/** Claims without the files that were sent with them. */
export const claimsQuery = (params: QueryParams = {}) => list<Claim>("/api/recharge-claims", params);
/** Operators are answered all of them, customers those that are offered. */
export const paymentMethodsQuery = () => one<{ items: PaymentMethodAnswer[] }>("/api/payment-methods");
/** Newest first, with how many codes were redeemed; the codes themselves were shown once. */
export const codeBatchesQuery = (params: QueryParams = {}) =>
  list<CodeBatchAnswer>("/api/code-batches", params);
/** Newest first, without timeline and addresses. */
export const incidentsQuery = (params: QueryParams = {}) => list<Incident>("/api/incidents", params);
/** With its timeline, the most expensive 200 addresses and the networks of its key. */
export const incidentQuery = (id: string) => one<IncidentDetails>(`/api/incidents/${encodeURIComponent(id)}`);
/** Incidents by the UTC day on which they were opened; a day without one is left out. */
export const incidentDaysQuery = (params: QueryParams) => one<IncidentDays>("/api/incidents/days", params);

/** All tiers, also those that can be reached no more. */
export const tiersQuery = () => list<Tier>("/api/tiers", {});
/** Offers, and tiers that are held or were, newest first. */
export const tierGrantsQuery = (params: QueryParams = {}) =>
  list<TierGrantAnswer>("/api/tier-grants", params);
/** An offer, or a tier that is held or was, with the figures that explain it. */
export const tierGrantQuery = (id: string) =>
  one<TierGrantAnswer>(`/api/tier-grants/${encodeURIComponent(id)}`);
/** How far an account is on the way to each tier that can be reached. */
export const tierProgressQuery = (accountId: string) =>
  one<TierProgress>("/api/tier-progress", { accountId });
/** Newest first; a month has one once it is over. */
export const statementsQuery = (accountId: string) => list<Statement>("/api/statements", { accountId });
/** Bonus credit and what became of it, newest first. */
export const bonusQuery = (accountId: string) =>
  list<BonusCredit>(`/api/accounts/${encodeURIComponent(accountId)}/bonus`, {});
/** How long an account's money lasts, and when it is told that it runs low. */
export const balanceCareQuery = (accountId: string) =>
  one<BalanceCare>(`/api/accounts/${encodeURIComponent(accountId)}/balance-care`);

/** How much waits for a person, where a sidebar entry says so. */
export const waitingQuery = (path: string) => one<{ waiting: number }>(path);

/** Drafts, then the newest first; customers are answered published ones alone. */
export const announcementsQuery = (params: QueryParams = {}) =>
  list<Announcement>("/api/announcements", params);
/** What became of its mails only operators are told. */
export const announcementQuery = (id: string) =>
  one<Announcement>(`/api/announcements/${encodeURIComponent(id)}`);
/** What a price version is announced with: as written, or as Tollgate proposes. */
export const versionTextQuery = (id: string) =>
  one<VersionText>(`/api/prices/versions/${encodeURIComponent(id)}/announcement`);
/** Newest first, in any state. */
export const subscribersQuery = (params: QueryParams = {}) => list<Subscriber>("/api/subscribers", params);
/** In any state. */
export const subscriberQuery = (id: string) => one<Subscriber>(`/api/subscribers/${encodeURIComponent(id)}`);
/** Vendors and models that can be followed; nobody has to be signed in. */
export const followOptionsQuery = () => one<FollowOptions>("/api/subscriptions/options");
/** Of whoever is signed in; `subscription` null: there is none. */
export const ownSubscriptionQuery = () => one<{ subscription: Subscription | null }>("/api/me/subscription");

/** Newest first, without the mails' HTML. */
export const outboxQuery = (params: QueryParams = {}) => list<MailAnswer>("/api/outbox", params);
/** With its HTML; a mark stands where a one-time token was. */
export const mailQuery = (id: string) => one<MailDetail>(`/api/outbox/${encodeURIComponent(id)}`);
/** Without its password; with how many mails wait, and what keeps them. */
export const mailServerQuery = () => one<MailServerAnswer>("/api/mail-server");
/** Host and port, never its password; from the form, else from REDIS_URL. */
export const limitServerQuery = () => one<LimitServerAnswer>("/api/limit-server");
/** By name unless sorted, each with how it last went. */
export const jobsQuery = (params: QueryParams = {}) => list<JobAnswer>("/api/jobs", params);
/** Runs of the job of this name, newest first. */
export const jobRunsQuery = (name: string) =>
  list<JobRunAnswer>(`/api/jobs/${encodeURIComponent(name)}/runs`, {});
/** Ledger transactions of all accounts, newest first. */
export const ledgerEntriesQuery = (params: QueryParams = {}) =>
  list<LedgerTransactionRow>("/api/ledger/entries", params);
/** Runs of the proof, the newest ten first. */
export const proofsQuery = () => list<LedgerProofAnswer>("/api/ledger/proofs", { limit: 10 });
/** Sealed days of the ledger, the newest thirty first. */
export const sealsQuery = () => list<Seal>("/api/ledger/seals", { limit: 30 });
/** Newest first, also those that were written after all. */
export const deadLettersQuery = (params: QueryParams = {}) => list<DeadLetter>("/api/dead-letters", params);
/** The youngest first unless sorted; one silent for an hour only while it keeps money. */
export const nodesQuery = (params: QueryParams = {}) => list<Node>("/api/nodes", params);

/** All of them, with defaults for what nobody has set. */
export const settingsQuery = () => one<Settings>("/api/settings");
/** Newest first; deleted people only where `status` asks for them. */
export const usersQuery = (params: QueryParams = {}) => list<User>("/api/users", params);
/** Newest first; registrations are none of them. */
export const invitationsQuery = (params: QueryParams = {}) => list<Invitation>("/api/invitations", params);
/** By their ids. */
export const membersQuery = (accountId: string) =>
  list<Member>(`/api/accounts/${encodeURIComponent(accountId)}/members`, {});
/** Newest first, without revoked ones; never with their secrets. */
export const tokensQuery = () => list<Token>("/api/tokens", {});
/** One's own last ten; `ip` null: it was not known. */
export const signInsQuery = () => one<{ items: { at: string; ip: string | null }[] }>("/api/me/sign-ins");
/** The accounts that a person belongs to, and in which of them nobody else is an admin. */
export const accountsOfUserQuery = (id: string) =>
  one<{ items: AccountOfUser[] }>(`/api/users/${encodeURIComponent(id)}/accounts`);
/** The providers' subjects that lead to whoever is signed in. */
export const identitiesQuery = () => one<{ items: Identity[] }>("/api/me/identities");
/** The providers of the sign-in page; nobody has to be signed in. */
export const signInOptionsQuery = () =>
  one<{ providers: { id: ProviderId; name: string }[] }>("/api/auth/options");
/** Disabled ones too; never with their secrets. */
export const signInProvidersQuery = () => one<{ items: Provider[] }>("/api/sign-in-providers");
/** Of a deleted person only the name is left. */
export const userQuery = (id: string) => one<User>(`/api/users/${encodeURIComponent(id)}`);

/** With its money as it stands now. */
export const accountQuery = (id: string) => one<Account>(`/api/accounts/${encodeURIComponent(id)}`);
/** With what it spent of its budget and its own limits; never with its secret. */
export const keyQuery = (id: string) => one<Key>(`/api/keys/${encodeURIComponent(id)}`);
/** Never with its credentials. */
export const channelQuery = (id: string) => one<Channel>(`/api/channels/${encodeURIComponent(id)}`);
/** Of the channel itself, each model and each credential, all nodes together. */
export const channelHealthQuery = (id: string) =>
  one<ChannelHealthAnswer>(`/api/channels/${encodeURIComponent(id)}/health`);
/** What went through each channel in the last 24 hours. */
export const channelActivityQuery = () => one<ChannelActivity>("/api/channels/activity");
/** A model's id may contain slashes, which its path carries as they are. */
export const modelQuery = (id: string) =>
  one<Model>(`/api/models/${encodeURIComponent(id).replaceAll("%2F", "/")}`);
/** A call with its attempts and its bill's arithmetic. */
export const logQuery = (requestId: string) => one<LogDetail>(`/api/logs/${encodeURIComponent(requestId)}`);
/** Newest first. */
export const auditQuery = (params: QueryParams = {}) => list<AuditEntryAnswer>("/api/audit-log", params);
/** Whether there is one and since when; nobody is ever told the password. */
export const sitePasswordQuery = () => one<SitePassword>("/api/site-password");
/** How many active keys are never used, idle, without expiry or budget, or used from many networks. */
export const keyHygieneQuery = (params: QueryParams) => one<KeyHygiene>("/api/keys/hygiene", params);
/** A key's secrets as they are recognised, replaced ones too, in one answer. */
export const keySecretsQuery = (id: string) =>
  one<Page<KeySecret>>(`/api/keys/${encodeURIComponent(id)}/secrets`);
/** How a key is usually used, as it was learnt. */
export const keyPatternQuery = (id: string) => one<KeyPattern>(`/api/keys/${encodeURIComponent(id)}/pattern`);
/** Which key was used from which address on which day, newest first; 500 at most, and no next page is asked for. */
export const ipDaysQuery = (params: QueryParams) =>
  one<Page<KeyAtIp>>("/api/logs/ip-days", { limit: 500, ...params });
/** What came from one address or network in the last 30 days. */
export const byIpReportQuery = (ip: string) =>
  one<ByIpAnswer>(
    "/api/logs/by-ip",
    ip.includes("/") ? { cidr: ip, by: "network", limit: 1 } : { ip, limit: 1 },
  );
/** One's own views of the list of this name, in one answer. */
export const savedViewsQuery = (name: string) => one<Page<SavedView>>("/api/saved-views", { list: name });
/** With all of its entries, which sum to 0. */
export const ledgerTransactionQuery = (id: string) =>
  one<LedgerTransaction>(`/api/ledger/transactions/${encodeURIComponent(id)}`);
/** Open, or written after all. */
export const deadLetterQuery = (id: string) => one<DeadLetter>(`/api/dead-letters/${encodeURIComponent(id)}`);
/** Also one that the list leaves out because it has been silent for long. */
export const nodeQuery = (id: string) => one<Node>(`/api/nodes/${encodeURIComponent(id)}`);
/** Now against the same time a week ago, and what is wrong. */
export const overviewQuery = () => one<Overview>("/api/overview");
/** Which limits a call of this key to this model is under, in one answer, with how much of them is used. */
export const appliedLimitsQuery = (keyId: string, model: string) =>
  one<Page<AppliedLimit>>("/api/limits/applied", { keyId, model });
/** A chart: one metric over time, by group. */
export const metricsQuery = (params: QueryParams) => one<Metrics>("/api/metrics", params);

/** In pages, as far as they are asked for; while other parameters load, what was shown stays. */
function list<T, P extends Page<T> = Page<T>>(path: string, given: QueryParams) {
  const params = withoutNothing(given);
  return infiniteQueryOptions({
    queryKey: [path, params] as const,
    queryFn: ({ pageParam, signal }) =>
      apiGet<P>(path, pageParam === null ? params : { ...params, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: P) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

/** Whole, in one answer. */
function one<T>(path: string, given: QueryParams = {}) {
  const params = withoutNothing(given);
  return queryOptions({
    queryKey: [path, params] as const,
    queryFn: ({ signal }) => apiGet<T>(path, params, signal),
  });
}

/**
 * A resource as it stands when its form opens, with the ETag that the save will name. Read afresh for each form, and
 * never changed under the person who edits.
 */
export function editedQuery<T>(path: string) {
  return queryOptions({
    queryKey: ["edited", path] as const,
    queryFn: ({ signal }) => apiGetTagged<T>(path, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** A filter that is off and one that was never named are the same question, so they share one cache entry. */
function withoutNothing(params: QueryParams): QueryParams {
  return Object.fromEntries(
    Object.entries(params).filter(([, value]) => value !== null && value !== undefined),
  );
}
