import { useTranslations } from "next-intl";
import { Fragment } from "react";
import type { Activation } from "#lib/groups/grant";
import { Ago } from "../common/ago.tsx";
import classes from "./groups.module.css";

/** What is activated on a line; beside a model the end that it has of its own. `all` says that it is everything. */
export function ActivatedModels({ activation, all }: { activation: Activation; all: string }) {
  const { models, modelEnds } = activation;
  const own = Object.keys(modelEnds).sort();
  const named = models.length === 0 ? own : [...models];
  return (
    <span className={classes.models}>
      {models.length === 0 && all}
      {named.map((model, index) => (
        <Fragment key={model}>
          {(index > 0 || (models.length === 0 && all !== "")) && ", "}
          {model}
          {own.includes(model) && (
            <span className={classes.dim}>
              {" "}
              (<OwnEnd at={modelEnds[model] ?? null} />)
            </span>
          )}
        </Fragment>
      ))}
    </span>
  );
}

function OwnEnd({ at }: { at: string | null }) {
  const t = useTranslations("lines");
  if (at === null) return <>{t("forGood")}</>;
  return (
    <>
      {t(new Date(at) > new Date() ? "until" : "hasEnded")} <Ago at={at} />
    </>
  );
}
