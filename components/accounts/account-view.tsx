"use client";

import { Button, Tabs } from "@mantine/core";
import {
  IconCashPlus,
  IconListDetails,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { ReactNode } from "react";
import type { Account } from "#lib/accounts/schema";
import { accountQuery } from "#lib/api/queries";
import { ErrorState } from "../common/error-state.tsx";
import { pushed } from "../data-table/history.ts";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { TrafficChart } from "../shell/traffic-chart.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { useStatusToggle } from "../shell/use-status-toggle.tsx";
import { AccountMoney } from "./account-money.tsx";
import { AccountState } from "./account-state.tsx";
import classes from "./accounts.module.css";
import { LedgerTable } from "./ledger-table.tsx";

const RechargeForm = dynamic(() => import("./recharge-form.tsx").then((module) => module.RechargeForm), {
  ssr: false,
});

const AccountForm = dynamic(() => import("./account-form.tsx").then((module) => module.AccountForm), {
  ssr: false,
});

const tabs = ["ledger", "credit", "prices", "usage", "keys", "limits", "members"] as const;

type Props = {
  id: string;
  credit: ReactNode;
  prices: ReactNode;
  keys: ReactNode;
  calls: ReactNode;
  limits: ReactNode;
  members: ReactNode;
};

/** One account: what it has, why (the ledger), how it is used, and its keys, calls and members, which the page passes in. */
export function AccountView({ id, credit, prices, keys, calls, limits, members }: Props) {
  const t = useTranslations("accounts");
  const { data: account, error, refetch } = useQuery(accountQuery(id));
  const [params, setParams] = useQueryStates(
    {
      tab: parseAsStringLiteral(tabs).withDefault("ledger"),
      recharge: parseAsBoolean,
      edit: parseAsBoolean,
      transaction: parseAsString,
    },
    pushed,
  );
  const edited = useEdited<Account>(params.edit === true ? `/api/accounts/${encodeURIComponent(id)}` : null);
  const parent = { href: "/accounts", title: t("title") };
  if (account === undefined) {
    return (
      <>
        <PageHeader title="" parent={parent} />
        {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      </>
    );
  }
  return (
    <>
      <PageHeader title={account.name} parent={parent} beside={<AccountState account={account} />}>
        <AccountActions
          account={account}
          onEdit={() => void setParams({ edit: true })}
          onRecharge={() => void setParams({ recharge: true })}
        />
      </PageHeader>
      <AccountMoney account={account} />
      <Tabs
        value={params.tab}
        onChange={(tab) => void setParams({ tab: tabs.find((one) => one === tab) ?? null })}
        className={classes.tabs}
      >
        <Tabs.List className={classes.tabList}>
          <Tabs.Tab value="ledger">{t("ledger")}</Tabs.Tab>
          <Tabs.Tab value="credit">{t("credit")}</Tabs.Tab>
          <Tabs.Tab value="prices">{t("prices")}</Tabs.Tab>
          <Tabs.Tab value="usage">{t("usage")}</Tabs.Tab>
          <Tabs.Tab value="keys">{t("keys")}</Tabs.Tab>
          <Tabs.Tab value="limits">{t("limits")}</Tabs.Tab>
          <Tabs.Tab value="members">{t("members")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="ledger" className={classes.panel}>
          <LedgerTable accountId={id} transactionId={params.transaction} />
        </Tabs.Panel>
        <Tabs.Panel value="credit" className={classes.panel}>
          {params.tab === "credit" && credit}
        </Tabs.Panel>
        <Tabs.Panel value="prices" className={classes.panel}>
          {params.tab === "prices" && <div className={classes.usage}>{prices}</div>}
        </Tabs.Panel>
        <Tabs.Panel value="usage" className={classes.panel}>
          {params.tab === "usage" && (
            <div className={classes.usage}>
              <TrafficChart filter={{ accountId: id }} />
              {calls}
            </div>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="keys" className={classes.panel}>
          {params.tab === "keys" && keys}
        </Tabs.Panel>
        <Tabs.Panel value="limits" className={classes.panel}>
          {params.tab === "limits" && <div className={classes.usage}>{limits}</div>}
        </Tabs.Panel>
        <Tabs.Panel value="members" className={classes.panel}>
          {params.tab === "members" && members}
        </Tabs.Panel>
      </Tabs>
      {params.recharge === true && (
        <RechargeForm account={account} onClose={() => void setParams({ recharge: null })} />
      )}
      {params.edit === true && edited.data !== undefined && (
        <AccountForm
          account={edited.data.value}
          etag={edited.data.etag}
          onClose={() => void setParams({ edit: null })}
          onSaved={() => void setParams({ edit: null })}
        />
      )}
    </>
  );
}

type ActionProps = { account: Account; onEdit: () => void; onRecharge: () => void };

function AccountActions({ account, onEdit, onRecharge }: ActionProps) {
  const t = useTranslations("accounts");
  const mayWrite = useCan("accounts.write");
  const mayRecharge = useCan("recharges.write");
  const isActive = account.status === "active";
  const toggle = useStatusToggle<Account["status"]>("/api/accounts");
  const { id, name, status } = account;
  return (
    <>
      <Button
        component={Link}
        href={`/logs?accountId=${account.id}`}
        variant="default"
        leftSection={<IconListDetails size={16} />}
      >
        {t("viewLogs")}
      </Button>
      {mayWrite && (
        <>
          <Button
            variant="default"
            leftSection={isActive ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
            onClick={() =>
              toggle.mutate({ id, name, status: isActive ? "suspended" : "active", was: status })
            }
          >
            {isActive ? t("suspend") : t("activate")}
          </Button>
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={onEdit}>
            {t("edit")}
          </Button>
        </>
      )}
      {mayRecharge && (
        <Button leftSection={<IconCashPlus size={16} />} onClick={onRecharge}>
          {t("recharge")}
        </Button>
      )}
    </>
  );
}
