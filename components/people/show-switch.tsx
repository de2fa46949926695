"use client";

import { SegmentedControl } from "@mantine/core";
import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { pushed } from "../data-table/history.ts";

const lists = ["people", "invitations"] as const;

/** Which of the two lists the address asks for. */
export function useShown() {
  return useQueryState("show", parseAsStringLiteral(lists).withDefault("people").withOptions(pushed));
}

/** Who is here, or who was asked to come. */
export function ShowSwitch({ names }: { names: "people" | "members" }) {
  const t = useTranslations("people");
  const [show, setShow] = useShown();
  return (
    <SegmentedControl
      aria-label={t("show")}
      value={show}
      onChange={(value) => void setShow(value === "invitations" ? "invitations" : null)}
      data={[
        { value: "people", label: t(names) },
        { value: "invitations", label: t("invitations") },
      ]}
    />
  );
}
