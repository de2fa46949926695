import type { MailLocale } from "../template.ts";

/** Which limit: of a model, or of all together (null). */
export type LimitNamed = { model: string | null; metric: keyof (typeof metricWords)["en"] };

const metricWords = {
  en: {
    rpm: "requests per minute",
    tpm: "tokens per minute",
    ipm: "images per minute",
    vpm: "videos per minute",
    apm: "audios per minute",
    concurrency: "requests at once",
  },
  zh: {
    rpm: "每分钟请求数",
    tpm: "每分钟 token 数",
    ipm: "每分钟图片数",
    vpm: "每分钟视频数",
    apm: "每分钟音频数",
    concurrency: "并发请求数",
  },
} as const;

/** "requests per minute on gpt-5" */
export function limitText({ model, metric }: LimitNamed, locale: MailLocale): string {
  const what = metricWords[locale][metric];
  if (locale === "zh") return model === null ? `所有模型合计的${what}` : `${model} 的${what}`;
  return `${what} on ${model ?? "all models together"}`;
}

/** 1234567 → "1,234,567" */
export function countText(count: number): string {
  return count.toLocaleString("en-US");
}
