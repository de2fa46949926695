"use client";

import { IconCircleCheckFilled, IconCircleDashed } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import type { CreatedKey } from "#lib/keys/schema";
import type { Overview } from "#lib/metrics/schema";
import { useCan, useMe } from "../shell/me.tsx";
import { CallStep, useFirstCall } from "./call-step.tsx";
import { ChannelStep } from "./channel-step.tsx";
import { KeyStep } from "./key-step.tsx";
import { NameStep } from "./name-step.tsx";
import classes from "./overview.module.css";

const factoryName = "Tollgate";

/** From nothing to the first row in the log on one page: name, channel, key, call. */
export function FirstSteps({ counts, onDone }: { counts: Overview["counts"]; onDone: () => void }) {
  const t = useTranslations("overview.steps");
  const { site } = useMe();
  const mayName = useCan("settings.write");
  const [isNamed, setNamed] = useState(site.name !== factoryName || !mayName);
  const [key, setKey] = useState<CreatedKey | null>(null);
  const done = { name: isNamed, channel: counts.channels > 0, key: key !== null || counts.keys > 0 };
  const next = (["name", "channel", "key"] as const).find((name) => !done[name]) ?? "call";
  const row = useFirstCall(key, next === "call");
  return (
    <section className={classes.steps} aria-label={t("title")}>
      <h2>{t("title")}</h2>
      <ol>
        <Step title={t("name.title")} isDone={done.name} isNext={next === "name"}>
          {next === "name" && <NameStep name={site.name} onDone={() => setNamed(true)} />}
          {done.name && <p>{site.name}</p>}
        </Step>
        <Step title={t("channel.title")} isDone={done.channel} isNext={next === "channel"}>
          <ChannelStep isOpen={next === "channel"} isDone={done.channel} />
        </Step>
        <Step title={t("key.title")} isDone={done.key} isNext={next === "key"}>
          {(next === "key" || key !== null) && (
            <KeyStep hasAccount={counts.accounts > 0 && key === null} created={key} onCreated={setKey} />
          )}
        </Step>
        <Step title={t("call.title")} isDone={row !== undefined} isNext={next === "call"}>
          {next === "call" ? <CallStep apiKey={key} row={row} onDone={onDone} /> : <p>{t("call.wait")}</p>}
        </Step>
      </ol>
    </section>
  );
}

type StepProps = { title: string; isDone: boolean; isNext: boolean; children: ReactNode };

function Step({ title, isDone, isNext, children }: StepProps) {
  const t = useTranslations("overview.steps");
  const Mark = isDone ? IconCircleCheckFilled : IconCircleDashed;
  return (
    <li data-done={isDone || undefined} data-next={isNext || undefined}>
      <Mark size={18} aria-label={isDone ? t("done") : t("open")} />
      <div>
        <strong>{title}</strong>
        {children}
      </div>
    </li>
  );
}
