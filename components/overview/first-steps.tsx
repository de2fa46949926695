"use client";

import { Button } from "@mantine/core";
import { IconCircleCheckFilled, IconCircleDashed } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { Overview } from "#lib/metrics/schema";
import { FirstCall } from "../shell/first-call.tsx";
import classes from "./overview.module.css";

const hrefs = {
  channel: "/channels?new=true",
  account: "/accounts?new=true",
  key: "/keys?new=true",
} as const;

/** From nothing to the first call: what is done, and the one step that comes next. */
export function FirstSteps({ counts }: { counts: Overview["counts"] }) {
  const t = useTranslations("overview.steps");
  const steps = [
    { name: "channel", isDone: counts.channels > 0 },
    { name: "account", isDone: counts.accounts > 0 },
    { name: "key", isDone: counts.keys > 0 },
  ] as const;
  const next = steps.find(({ isDone }) => !isDone);
  return (
    <section className={classes.steps} aria-label={t("title")}>
      <h2>{t("title")}</h2>
      <ol>
        {steps.map(({ name, isDone }) => {
          const Mark = isDone ? IconCircleCheckFilled : IconCircleDashed;
          return (
            <li key={name} data-done={isDone || undefined} data-next={name === next?.name || undefined}>
              <Mark size={18} aria-label={isDone ? t("done") : t("open")} />
              <div>
                <strong>{t(`${name}.title`)}</strong>
                <p>{t(`${name}.text`)}</p>
              </div>
              {name === next?.name && (
                <Button component={Link} href={hrefs[name]}>
                  {t(`${name}.action`)}
                </Button>
              )}
            </li>
          );
        })}
        <li>
          <IconCircleDashed size={18} aria-label={t("open")} />
          <div>
            <strong>{t("call.title")}</strong>
            <FirstCall />
          </div>
        </li>
      </ol>
    </section>
  );
}
