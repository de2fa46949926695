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

/** One cache entry per path and parameters; a write invalidates by the path alone. */
export const accountsQuery = (params: QueryParams = {}) => list<Account>("/api/accounts", params);
export const keysQuery = (params: QueryParams = {}) => list<Key>("/api/keys", params);
export const channelsQuery = (params: QueryParams = {}) => list<Channel>("/api/channels", params);
export const modelsQuery = (params: QueryParams = {}) =>
  list<Model>("/api/models", { limit: 200, ...params });
export const officialSyncQuery = () => one<{ sync: OfficialSyncAnswer | null }>("/api/prices/official");
export const priceVersionsQuery = (params: QueryParams = {}) =>
  list<PriceVersionSummary>("/api/prices/versions", params);
export const priceVersionQuery = (id: string) =>
  one<PriceVersionDetail>(`/api/prices/versions/${encodeURIComponent(id)}`);
export const priceDiffQuery = (id: string, against: string | null = null) =>
  one<{ items: PriceChangeAnswer[] }>(`/api/prices/versions/${encodeURIComponent(id)}/diff`, { against });
export const pricePreviewQuery = (id: string, days: number) => {
  const path = `/api/prices/versions/${encodeURIComponent(id)}/preview`;
  return queryOptions({
    queryKey: [path, { days }] as const,
    queryFn: () => apiSend<PreviewAnswer>({ method: "POST", path, body: { days } }),
    staleTime: 60_000,
  });
};
export const groupsQuery = (params: QueryParams = {}) => list<Group>("/api/groups", params);
export const groupQuery = (id: string) => one<Group>(`/api/groups/${encodeURIComponent(id)}`);
export const groupGrantsQuery = (id: string) =>
  one<Page<Grant>>(`/api/groups/${encodeURIComponent(id)}/grants`);
export const linesQuery = (accountId: string) =>
  one<Page<Line>>(`/api/accounts/${encodeURIComponent(accountId)}/lines`);
export const logsQuery = (params: QueryParams = {}) => list<LogRow, LogPage>("/api/logs", params);
/** Calls over time under the filters of a list of logs. */
export const logHistogramQuery = (params: QueryParams) => one<LogHistogram>("/api/logs/histogram", params);
export const byIpQuery = (params: QueryParams = {}) => list<IpReport, ByIpAnswer>("/api/logs/by-ip", params);
export const ownPricesQuery = (accountId: string) =>
  one<OwnPrices>(`/api/accounts/${encodeURIComponent(accountId)}/prices`);
export const ledgerQuery = (accountId: string) =>
  list<LedgerEntry>(`/api/accounts/${encodeURIComponent(accountId)}/ledger`, {});

export const limitsQuery = (params: QueryParams = {}) =>
  list<LimitAnswer>("/api/limits", { limit: 500, ...params });
export const limitHistoryQuery = (params: QueryParams) => one<LimitHistory>("/api/limits/history", params);
export const limitUsageQuery = (params: QueryParams) => one<LimitUsageAnswer>("/api/limits/usage", params);
export const limitRefusalsQuery = (params: QueryParams) =>
  one<Page<RefusalSum>>("/api/limits/refusals", params);
export const limitRequestsQuery = (params: QueryParams = {}) =>
  list<LimitRequest>("/api/limit-requests", params);
export const limitRequestQuery = (id: string) =>
  one<LimitRequest>(`/api/limit-requests/${encodeURIComponent(id)}`);
export const rechargesQuery = (params: QueryParams = {}) => list<Recharge>("/api/recharges", params);
export const rechargeQuery = (id: string) => one<Recharge>(`/api/recharges/${encodeURIComponent(id)}`);
export const rechargeStoryQuery = (id: string) =>
  one<{ items: RechargeEvent[] }>(`/api/recharges/${encodeURIComponent(id)}/story`);
export const exchangeRatesQuery = (params: QueryParams = {}) =>
  list<ExchangeRate>("/api/exchange-rates", params);
export const claimsQuery = (params: QueryParams = {}) => list<Claim>("/api/recharge-claims", params);
export const paymentMethodsQuery = () => one<{ items: PaymentMethodAnswer[] }>("/api/payment-methods");
export const codeBatchesQuery = (params: QueryParams = {}) =>
  list<CodeBatchAnswer>("/api/code-batches", params);
export const incidentsQuery = (params: QueryParams = {}) => list<Incident>("/api/incidents", params);
export const incidentQuery = (id: string) => one<IncidentDetails>(`/api/incidents/${encodeURIComponent(id)}`);
export const incidentDaysQuery = (params: QueryParams) => one<IncidentDays>("/api/incidents/days", params);

export const tiersQuery = () => list<Tier>("/api/tiers", {});
export const tierGrantsQuery = (params: QueryParams = {}) =>
  list<TierGrantAnswer>("/api/tier-grants", params);
export const tierGrantQuery = (id: string) =>
  one<TierGrantAnswer>(`/api/tier-grants/${encodeURIComponent(id)}`);
export const tierProgressQuery = (accountId: string) =>
  one<TierProgress>("/api/tier-progress", { accountId });
export const statementsQuery = (accountId: string) => list<Statement>("/api/statements", { accountId });
export const bonusQuery = (accountId: string) =>
  list<BonusCredit>(`/api/accounts/${encodeURIComponent(accountId)}/bonus`, {});
export const balanceCareQuery = (accountId: string) =>
  one<BalanceCare>(`/api/accounts/${encodeURIComponent(accountId)}/balance-care`);

/** How much waits for a person, where a sidebar entry says so. */
export const waitingQuery = (path: string) => one<{ waiting: number }>(path);

export const announcementsQuery = (params: QueryParams = {}) =>
  list<Announcement>("/api/announcements", params);
export const announcementQuery = (id: string) =>
  one<Announcement>(`/api/announcements/${encodeURIComponent(id)}`);
export const versionTextQuery = (id: string) =>
  one<VersionText>(`/api/prices/versions/${encodeURIComponent(id)}/announcement`);
export const subscribersQuery = (params: QueryParams = {}) => list<Subscriber>("/api/subscribers", params);
export const subscriberQuery = (id: string) => one<Subscriber>(`/api/subscribers/${encodeURIComponent(id)}`);
export const followOptionsQuery = () => one<FollowOptions>("/api/subscriptions/options");
export const ownSubscriptionQuery = () => one<{ subscription: Subscription | null }>("/api/me/subscription");

export const outboxQuery = (params: QueryParams = {}) => list<MailAnswer>("/api/outbox", params);
export const mailQuery = (id: string) => one<MailDetail>(`/api/outbox/${encodeURIComponent(id)}`);
export const mailServerQuery = () => one<MailServerAnswer>("/api/mail-server");
export const limitServerQuery = () => one<LimitServerAnswer>("/api/limit-server");
export const jobsQuery = (params: QueryParams = {}) => list<JobAnswer>("/api/jobs", params);
export const jobRunsQuery = (name: string) =>
  list<JobRunAnswer>(`/api/jobs/${encodeURIComponent(name)}/runs`, {});
export const ledgerEntriesQuery = (params: QueryParams = {}) =>
  list<LedgerTransactionRow>("/api/ledger/entries", params);
export const proofsQuery = () => list<LedgerProofAnswer>("/api/ledger/proofs", { limit: 10 });
export const sealsQuery = () => list<Seal>("/api/ledger/seals", { limit: 30 });
export const deadLettersQuery = (params: QueryParams = {}) => list<DeadLetter>("/api/dead-letters", params);
export const nodesQuery = (params: QueryParams = {}) => list<Node>("/api/nodes", params);

export const settingsQuery = () => one<Settings>("/api/settings");
export const usersQuery = (params: QueryParams = {}) => list<User>("/api/users", params);
export const invitationsQuery = (params: QueryParams = {}) => list<Invitation>("/api/invitations", params);
export const membersQuery = (accountId: string) =>
  list<Member>(`/api/accounts/${encodeURIComponent(accountId)}/members`, {});
export const tokensQuery = () => list<Token>("/api/tokens", {});
export const signInsQuery = () => one<{ items: { at: string; ip: string | null }[] }>("/api/me/sign-ins");
export const accountsOfUserQuery = (id: string) =>
  one<{ items: AccountOfUser[] }>(`/api/users/${encodeURIComponent(id)}/accounts`);
export const identitiesQuery = () => one<{ items: Identity[] }>("/api/me/identities");
export const signInOptionsQuery = () =>
  one<{ providers: { id: ProviderId; name: string }[] }>("/api/auth/options");
export const signInProvidersQuery = () => one<{ items: Provider[] }>("/api/sign-in-providers");
export const userQuery = (id: string) => one<User>(`/api/users/${encodeURIComponent(id)}`);

export const accountQuery = (id: string) => one<Account>(`/api/accounts/${encodeURIComponent(id)}`);
export const keyQuery = (id: string) => one<Key>(`/api/keys/${encodeURIComponent(id)}`);
export const channelQuery = (id: string) => one<Channel>(`/api/channels/${encodeURIComponent(id)}`);
export const channelHealthQuery = (id: string) =>
  one<ChannelHealthAnswer>(`/api/channels/${encodeURIComponent(id)}/health`);
export const channelActivityQuery = () => one<ChannelActivity>("/api/channels/activity");
// A model's id may contain slashes, which its path carries as they are.
export const modelQuery = (id: string) =>
  one<Model>(`/api/models/${encodeURIComponent(id).replaceAll("%2F", "/")}`);
export const logQuery = (requestId: string) => one<LogDetail>(`/api/logs/${encodeURIComponent(requestId)}`);
export const auditQuery = (params: QueryParams = {}) => list<AuditEntryAnswer>("/api/audit-log", params);
export const sitePasswordQuery = () => one<SitePassword>("/api/site-password");
export const keyHygieneQuery = (params: QueryParams) => one<KeyHygiene>("/api/keys/hygiene", params);
export const keySecretsQuery = (id: string) =>
  one<Page<KeySecret>>(`/api/keys/${encodeURIComponent(id)}/secrets`);
export const keyPatternQuery = (id: string) => one<KeyPattern>(`/api/keys/${encodeURIComponent(id)}/pattern`);
export const ipDaysQuery = (params: QueryParams) =>
  one<Page<KeyAtIp>>("/api/logs/ip-days", { limit: 500, ...params });
/** What came from one address or network in the last 30 days. */
export const byIpReportQuery = (ip: string) =>
  one<ByIpAnswer>(
    "/api/logs/by-ip",
    ip.includes("/") ? { cidr: ip, by: "network", limit: 1 } : { ip, limit: 1 },
  );
export const savedViewsQuery = (name: string) => one<Page<SavedView>>("/api/saved-views", { list: name });
export const ledgerTransactionQuery = (id: string) =>
  one<LedgerTransaction>(`/api/ledger/transactions/${encodeURIComponent(id)}`);
export const deadLetterQuery = (id: string) => one<DeadLetter>(`/api/dead-letters/${encodeURIComponent(id)}`);
export const nodeQuery = (id: string) => one<Node>(`/api/nodes/${encodeURIComponent(id)}`);
export const overviewQuery = () => one<Overview>("/api/overview");
export const appliedLimitsQuery = (keyId: string, model: string) =>
  one<Page<AppliedLimit>>("/api/limits/applied", { keyId, model });
export const metricsQuery = (params: QueryParams) => one<Metrics>("/api/metrics", params);

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
