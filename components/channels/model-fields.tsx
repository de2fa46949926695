"use client";

import { Button } from "@mantine/core";
import { IconListSearch } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ApiProblem, apiSend } from "#lib/api/client";
import type { DiscoveredModels } from "#lib/channels/discovery/schema";
import type { Channel } from "#lib/channels/schema";
import { TagList } from "../common/tag-list.tsx";
import { fieldErrors } from "../shell/form-drawer.tsx";
import type { ChannelFormProps } from "./channel-form.tsx";
import { type ChannelFormValues, modelText } from "./channel-form-values.ts";
import classes from "./channels.module.css";
import { DiscoveredList } from "./discovered-list.tsx";

/** The models by name, or chosen from the provider's own list. */
export function ModelFields({ form, channel }: ChannelFormProps) {
  const t = useTranslations("channels");
  const discover = useMutation<DiscoveredModels, ApiProblem>({
    mutationFn: () =>
      apiSend({ method: "POST", path: "/api/channels/discover", body: whomToAsk(form.values, channel) }),
    onError: (problem) => form.setErrors(fieldErrors(problem, ["baseUrl", "credential", "provider"])),
  });
  const add = (found: DiscoveredModels["models"]) => {
    const texts = found.map(({ model, upstreamModel }) =>
      modelText({ model: model ?? upstreamModel, upstreamModel }),
    );
    form.setFieldValue("models", [...new Set([...form.values.models, ...texts])]);
    discover.reset();
  };
  return (
    <div className={classes.models}>
      <TagList
        label={t("models")}
        description={t("modelsHelp")}
        placeholder="gpt-4o-mini"
        {...form.getInputProps("models")}
      />
      {discover.data === undefined ? (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconListSearch size={15} />}
          loading={discover.isPending}
          onClick={() => {
            form.clearErrors();
            discover.mutate();
          }}
        >
          {t("discover")}
        </Button>
      ) : (
        <DiscoveredList
          found={discover.data}
          served={servedNames(form.values.models)}
          onAdd={add}
          onClose={() => discover.reset()}
        />
      )}
      {discover.error !== null && Object.keys(discover.error.fields).length === 0 && (
        <p className={classes.errors} role="alert">
          {discover.error.message}
        </p>
      )}
    </div>
  );
}

/** A stored credential is only used for the address it is stored for; otherwise what the form holds is. */
function whomToAsk(values: ChannelFormValues, channel: Channel | null): Record<string, unknown> {
  const entered = values.credentials.find(({ secret }) => secret !== "")?.secret;
  if (channel !== null && entered === undefined && values.baseUrl.trim() === channel.baseUrl) {
    return { channelId: channel.id };
  }
  return { provider: values.provider, baseUrl: values.baseUrl.trim(), credential: entered ?? null };
}

/** Our names of the models that stand in the form already. */
function servedNames(models: readonly string[]): Set<string> {
  return new Set(models.map((text) => text.replace(/#\d+$/, "").split("=")[0]?.trim() ?? ""));
}
