"use client";

import { SegmentedControl } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { MailDetail } from "#lib/mail/schema";
import { SheetSection } from "../common/facts.tsx";
import classes from "./outbox.module.css";

/** A mail as its reader gets it: laid out, in a frame that runs nothing and leads nowhere; or as plain text. */
export function MailPreview({ mail }: { mail: MailDetail }) {
  const t = useTranslations("outbox");
  const [form, setForm] = useState<"html" | "text">("html");
  const choice = (
    <SegmentedControl
      size="xs"
      aria-label={t("preview")}
      value={form}
      onChange={(value) => setForm(value === "text" ? "text" : "html")}
      data={[
        { value: "html", label: t("html") },
        { value: "text", label: t("text") },
      ]}
    />
  );
  return (
    <SheetSection title={t("preview")} aside={choice}>
      {form === "html" ? (
        <iframe title={mail.subject} sandbox="" srcDoc={mail.html} className={classes.frame} />
      ) : (
        <pre className={classes.text}>{mail.text}</pre>
      )}
    </SheetSection>
  );
}
