import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import { FirstRunClosed, FirstRunForm } from "#components/auth/first-run-form";
import { getFirstRun } from "#lib/api/operations/me";
import { answerOf } from "../../answer.ts";
import { pick, type SearchParams } from "../../search-params.ts";
import { site } from "../../site.ts";

export default async function FirstRunPage({ searchParams }: { searchParams: SearchParams }) {
  const t = await getTranslations("auth");
  const token = (await pick(searchParams, ["token"])).token ?? "";
  const path = `/api/first-run?token=${encodeURIComponent(token)}`;
  const answer = await answerOf<{ open: boolean }>(getFirstRun, path);
  return (
    <AuthCard site={await site()} title={t("firstRun")}>
      {answer?.open === true ? <FirstRunForm token={token} /> : <FirstRunClosed />}
    </AuthCard>
  );
}
