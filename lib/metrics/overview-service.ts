import { countAccounts } from "#lib/accounts/store";
import { listOpenAlerts } from "#lib/alerts/store";
import { listOut } from "#lib/channels/out/service";
import { countChannels } from "#lib/channels/store";
import { formatUsd } from "#lib/core/money";
import { periodStart } from "#lib/funds/period";
import { countOpen } from "#lib/incidents/list-store";
import { countKeys } from "#lib/keys/store";
import { countDebts } from "#lib/ledger/store";
import { findNames } from "#lib/logs/name-store";
import { readSettings } from "#lib/settings/store";
import { listTopMovers, readPulse } from "./overview-store.ts";
import type { Overview } from "./schema.ts";

const MOST_ALERTS = 10;

/** What the first page says, in a handful of cheap queries on rollups and counts. */
export async function getOverview(): Promise<Overview> {
  const nowMs = Date.now();
  const timeZone = (await readSettings())["site.timeZone"];
  const [pulse, movers, channels, accountsInDebt, accounts, keys, alerts, out, openIncidents] =
    await Promise.all([
      readPulse(nowMs, timeZone),
      listTopMovers(nowMs, timeZone),
      countChannels(),
      countDebts(),
      countAccounts(),
      countKeys(),
      listOpenAlerts(MOST_ALERTS),
      listOut(),
      countOpen(),
    ]);
  const names = await findNames({ accounts: movers.map((mover) => mover.accountId) });
  const { requestsLastHour: requests, errorsLastHour: errors } = pulse;
  return {
    dayStart: new Date(periodStart(nowMs, "day", timeZone)).toISOString(),
    rpmNow: pulse.rpmNow,
    rpmSameHourLastWeek: Math.round(pulse.rpmSameHourLastWeek * 10) / 10,
    spendToday: formatUsd(pulse.spendToday),
    spendSameTimeLastWeek: formatUsd(pulse.spendSameTimeLastWeek),
    errorsLastHour: { requests, errors, share: requests === 0 ? 0 : errors / requests },
    channels: { active: channels.active, disabled: channels.disabled, out: out.length },
    accountsInDebt,
    openIncidents,
    alerts,
    topMovers: movers.map(({ accountId, spend, before }) => ({
      accountId,
      name: names.get(accountId) ?? accountId,
      spend: formatUsd(spend),
      before: formatUsd(before),
      change: formatUsd(spend - before),
    })),
    counts: { accounts, keys, channels: channels.all },
  };
}
