"use client";

import { Button } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsBoolean, useQueryState } from "nuqs";
import { pushed } from "../data-table/history.ts";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { Invitations } from "./invitations.tsx";
import { Members } from "./members.tsx";
import classes from "./people.module.css";
import { ShowSwitch, useShown } from "./show-switch.tsx";

const InviteForm = dynamic(() => import("./invite-form.tsx").then((module) => module.InviteForm), {
  ssr: false,
});

/** A customer's page: who else belongs to the account. */
export function TeamView({ accountId }: { accountId: string }) {
  const t = useTranslations("people");
  return (
    <>
      <PageHeader title={t("team")} beside={<ShowSwitch names="members" />}>
        <Invite accountId={accountId} />
      </PageHeader>
      <Lists accountId={accountId} />
    </>
  );
}

/** The members of one account, for the account's own page. */
export function MembersOfAccount({ accountId }: { accountId: string }) {
  return (
    <>
      <div className={classes.bar}>
        <ShowSwitch names="members" />
        <Invite accountId={accountId} />
      </div>
      <Lists accountId={accountId} />
    </>
  );
}

function Lists({ accountId }: { accountId: string }) {
  const [show] = useShown();
  return show === "people" ? <Members accountId={accountId} /> : <Invitations accountId={accountId} />;
}

function Invite({ accountId }: { accountId: string }) {
  const t = useTranslations("people");
  const [, setShow] = useShown();
  const [isInviting, setInviting] = useQueryState("invite", parseAsBoolean.withOptions(pushed));
  if (!useCan("members.write")) return null;
  return (
    <>
      <Button leftSection={<IconUserPlus size={16} />} onClick={() => void setInviting(true)}>
        {t("inviteMember")}
      </Button>
      {isInviting === true && (
        <InviteForm
          accountId={accountId}
          onClose={() => void setInviting(null)}
          onInvited={() => {
            void setInviting(null);
            void setShow("invitations");
          }}
        />
      )}
    </>
  );
}
