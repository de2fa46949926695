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
import { ShowSwitch, useShown } from "./show-switch.tsx";
import { Users } from "./users.tsx";

const InviteForm = dynamic(() => import("./invite-form.tsx").then((module) => module.InviteForm), {
  ssr: false,
});

/** Everybody who can sign in, and who was asked to. */
export function PeopleView() {
  const t = useTranslations("people");
  const [show, setShow] = useShown();
  const [isInviting, setInviting] = useQueryState("new", parseAsBoolean.withOptions(pushed));
  const mayInvite = useCan("users.write");
  return (
    <>
      <PageHeader title={t("title")} beside={<ShowSwitch names="people" />}>
        {mayInvite && (
          <Button
            data-hotkey="create"
            leftSection={<IconUserPlus size={16} />}
            onClick={() => void setInviting(true)}
          >
            {t("invite")}
          </Button>
        )}
      </PageHeader>
      {show === "people" ? <Users /> : <Invitations accountId={null} />}
      {isInviting === true && (
        <InviteForm
          accountId={null}
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
