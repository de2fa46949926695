import type { Channel, ChannelTimeouts } from "#lib/channels/schema";

export const timeoutNames = ["connectMs", "headersMs", "firstTokenMs", "idleMs", "totalMs"] as const;
export type TimeoutName = (typeof timeoutNames)[number];
export type TimeoutValues = Record<TimeoutName, number | string>;
export type Modality = keyof NonNullable<ChannelTimeouts["modalities"]>;

/** A credential's place: stored under an id (a secret replaces it), or new. */
export type CredentialValue = { id: string | null; secret: string };

/**
 * What the form's inputs hold. A model is written "name", "name=upstream name" where upstream calls it otherwise, and
 * "…#131072" where its context window is another than the catalogue's.
 */
export type ChannelFormValues = {
  name: string;
  provider: Channel["provider"];
  baseUrl: string;
  credentials: CredentialValue[];
  models: string[];
  groups: string[];
  accounts: string[];
  priority: number | string;
  weight: number | string;
  caps: { concurrency: number | string; rpm: number | string };
  costMultiplier: string;
  timeouts: TimeoutValues;
  modalities: { modality: Modality; timeouts: TimeoutValues }[];
  injectUsage: boolean;
};

export const noTimeouts: TimeoutValues = {
  connectMs: "",
  headersMs: "",
  firstTokenMs: "",
  idleMs: "",
  totalMs: "",
};

export const emptyChannelForm: ChannelFormValues = {
  name: "",
  provider: "openai-compatible",
  baseUrl: "",
  credentials: [{ id: null, secret: "" }],
  models: [],
  groups: [],
  accounts: [],
  priority: 0,
  weight: 1,
  caps: { concurrency: "", rpm: "" },
  costMultiplier: "1",
  timeouts: noTimeouts,
  modalities: [],
  injectUsage: true,
};

export function formOfChannel(channel: Channel): ChannelFormValues {
  const { name, provider, baseUrl, groups, accounts, priority, weight, injectUsage, timeouts, caps } =
    channel;
  const stored = channel.credentials.map(({ id }) => ({ id, secret: "" }));
  return {
    name,
    provider,
    baseUrl,
    credentials: stored.length === 0 ? emptyChannelForm.credentials : stored,
    models: channel.models.map(modelText),
    groups: [...groups],
    accounts: [...accounts],
    priority,
    weight,
    caps: { concurrency: caps.concurrency ?? "", rpm: caps.rpm ?? "" },
    costMultiplier: channel.costMultiplier,
    timeouts: timeoutValues(timeouts),
    modalities: Object.entries(timeouts.modalities ?? {}).map(([modality, limits]) => ({
      // Its keys are the schema's own.
      modality: modality as Modality,
      timeouts: timeoutValues(limits ?? {}),
    })),
    injectUsage,
  };
}

/** Credentials in words that show no secret: stored ones by the end of their id, entered ones as dots. */
export function credentialsText(value: unknown): string {
  // What stands under `credentials` is always this.
  return (value as ChannelFormValues["credentials"])
    .filter(({ id, secret }) => id !== null || secret !== "")
    .map(({ id, secret }) => (id === null || secret !== "" ? "••••" : `…${id.slice(-6)}`))
    .join(", ");
}

/** The body of POST, or of PATCH: the provider stays, and stored credentials that were left alone are not touched. */
export function channelBodyOf(values: ChannelFormValues, channel: Channel | null): Record<string, unknown> {
  const isNew = channel === null;
  return {
    name: values.name.trim(),
    ...(isNew ? { provider: values.provider } : {}),
    ...(isNew && values.baseUrl.trim() === "" ? {} : { baseUrl: values.baseUrl.trim() }),
    ...credentialsOf(values, channel),
    models: values.models.map(modelOf),
    groups: values.groups,
    accounts: values.accounts,
    priority: Number(values.priority),
    weight: Number(values.weight),
    caps: given(values.caps),
    costMultiplier: values.costMultiplier.trim() === "" ? "1" : values.costMultiplier.trim(),
    timeouts: timeoutsOf(values),
    injectUsage: values.injectUsage,
  };
}

function credentialsOf({ credentials }: ChannelFormValues, channel: Channel | null): Record<string, unknown> {
  const entries = credentials.flatMap(({ id, secret }): (string | { id: string })[] => {
    if (secret !== "") return [secret];
    return id === null ? [] : [{ id }];
  });
  const stored = channel?.credentials ?? [];
  const isUntouched =
    entries.length === stored.length &&
    entries.every((entry, at) => typeof entry !== "string" && entry.id === stored[at]?.id);
  return isUntouched ? {} : { credentials: entries };
}

function timeoutsOf({ timeouts, modalities }: ChannelFormValues): Record<string, unknown> {
  const byModality = modalities.map(({ modality, timeouts: limits }) => [modality, given(limits)]);
  return {
    ...given(timeouts),
    ...(byModality.length === 0 ? {} : { modalities: Object.fromEntries(byModality) }),
  };
}

/** Only what was entered, as numbers. */
function given(values: Record<string, number | string>): Record<string, number> {
  const entered = Object.entries(values).filter(([, value]) => value !== "");
  return Object.fromEntries(entered.map(([name, value]) => [name, Number(value)]));
}

function timeoutValues(limits: Partial<Record<TimeoutName, number | undefined>>): TimeoutValues {
  const values = { ...noTimeouts };
  for (const name of timeoutNames) values[name] = limits[name] ?? "";
  return values;
}

/** How a model stands in the form. */
export function modelText(served: {
  model: string;
  upstreamModel: string;
  contextWindow?: number | null | undefined;
}): string {
  const { model, upstreamModel, contextWindow = null } = served;
  const names = model === upstreamModel ? model : `${model}=${upstreamModel}`;
  return (contextWindow ?? null) === null ? names : `${names}#${contextWindow}`;
}

function modelOf(text: string): string | Record<string, unknown> {
  const [, names = text, size] = /^(.+)#(\d+)$/.exec(text) ?? [];
  const cut = names.indexOf("=");
  if (cut === -1 && size === undefined) return names.trim();
  return {
    model: (cut === -1 ? names : names.slice(0, cut)).trim(),
    ...(cut === -1 ? {} : { upstreamModel: names.slice(cut + 1).trim() }),
    ...(size === undefined ? {} : { contextWindow: Number(size) }),
  };
}
