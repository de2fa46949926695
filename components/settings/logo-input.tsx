"use client";

import { Button, FileButton, Group, Input } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { SiteLogo } from "#lib/site/schema";
import { useMe } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { pictureAsPng } from "./picture-as-png.ts";
import classes from "./settings.module.css";

/** The logo: any picture that the browser can read, drawn anew as a small PNG; the server does so once more. */
export function LogoInput() {
  const t = useTranslations("settings");
  const router = useRouter();
  const { logo } = useMe().site;
  const [error, setError] = useState<string | null>(null);
  const save = useApiMutation<{ image: string | null }, SiteLogo>({
    send: (body) => ({ method: "PUT", path: "/api/site-logo", body }),
    invalidates: ["/api/me"],
    onSaved: () => {
      setError(null);
      notifications.show({ message: t("logoSaved") });
      router.refresh();
    },
  });
  const choose = async (file: File | null) => {
    if (file === null) return;
    const image = await pictureAsPng(file).catch(() => null);
    if (image === null) return setError(t("logoFailed"));
    save.mutate({ image });
  };
  return (
    <Input.Wrapper label={t("logo")} description={t("logoHelp")} error={error ?? save.error?.message}>
      <Group gap="sm" mt={6}>
        {logo !== null && (
          // biome-ignore lint/performance/noImgElement: a few kilobytes from our own origin
          <img src={logo} alt={t("logo")} className={classes.logo} />
        )}
        <FileButton accept="image/png,image/jpeg,image/webp" onChange={(file) => void choose(file)}>
          {(props) => (
            <Button variant="default" loading={save.isPending} {...props}>
              {t("chooseLogo")}
            </Button>
          )}
        </FileButton>
        {logo !== null && (
          <Button variant="subtle" color="gray" onClick={() => save.mutate({ image: null })}>
            {t("removeLogo")}
          </Button>
        )}
      </Group>
    </Input.Wrapper>
  );
}
