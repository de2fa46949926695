import type { Channel, ChannelTimeouts } from "#lib/channels/schema";

export const timeoutNames = ["connectMs", "headersMs", "firstTokenMs", "idleMs", "totalMs"] as const;

/** What the form's inputs hold. A model is written "name", or "name=upstream name" where upstream calls it otherwise. */
export type ChannelFormValues = {
  name: string;
  provider: Channel["provider"];
  baseUrl: string;
  credential: string;
  models: string[];
  groups: string[];
  priority: number | string;
  weight: number | string;
  timeouts: Record<(typeof timeoutNames)[number], number | string>;
  injectUsage: boolean;
};

export const emptyChannelForm: ChannelFormValues = {
  name: "",
  provider: "openai-compatible",
  baseUrl: "",
  credential: "",
  models: [],
  groups: [],
  priority: 0,
  weight: 1,
  timeouts: { connectMs: "", headersMs: "", firstTokenMs: "", idleMs: "", totalMs: "" },
  injectUsage: true,
};

export function formOfChannel(channel: Channel): ChannelFormValues {
  const { name, provider, baseUrl, groups, priority, weight, injectUsage } = channel;
  const models = channel.models.map(({ model, upstreamModel }) =>
    model === upstreamModel ? model : `${model}=${upstreamModel}`,
  );
  const timeouts = { ...emptyChannelForm.timeouts };
  for (const timeout of timeoutNames) timeouts[timeout] = channel.timeouts[timeout] ?? "";
  return {
    name,
    provider,
    baseUrl,
    credential: "",
    models,
    groups: [...groups],
    priority,
    weight,
    timeouts,
    injectUsage,
  };
}

/** The body of POST, or of PATCH: the provider stays, and an empty credential keeps the stored one. */
export function channelBodyOf(values: ChannelFormValues, isNew: boolean): Record<string, unknown> {
  const timeouts: ChannelTimeouts = {};
  for (const timeout of timeoutNames) {
    if (values.timeouts[timeout] !== "") timeouts[timeout] = Number(values.timeouts[timeout]);
  }
  return {
    name: values.name.trim(),
    ...(isNew ? { provider: values.provider } : {}),
    ...(isNew && values.baseUrl.trim() === "" ? {} : { baseUrl: values.baseUrl.trim() }),
    ...(values.credential === "" ? {} : { credential: values.credential }),
    models: values.models.map(modelOf),
    groups: values.groups,
    priority: Number(values.priority),
    weight: Number(values.weight),
    timeouts,
    injectUsage: values.injectUsage,
  };
}

function modelOf(text: string): string | { model: string; upstreamModel: string } {
  const cut = text.indexOf("=");
  if (cut === -1) return text.trim();
  return { model: text.slice(0, cut).trim(), upstreamModel: text.slice(cut + 1).trim() };
}
