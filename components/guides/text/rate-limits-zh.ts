import { code, type Guide, list, text } from "../guide.ts";
import { programs } from "./programs.ts";

export const rateLimits: Guide = {
  slug: "rate-limits",
  title: "处理 429",
  summary: "限制是什么，如何不超限，如何等待，以及如何申请更高的限制。",
  sections: [
    {
      heading: "回答里有什么",
      parts: [
        text(
          "超出限制的调用以 429 拒绝，不收费，也不计数。`error.message` 说明是哪个限制；`error.details` 以程序可读的形式给出：`scope`、`metric`、`model`、`limit`、`used`、`requested`、`retry_after_ms`。",
        ),
        list(
          "`rate_limit_exceeded`：等待 `Retry-After` 秒后，这个调用即可通过（`retry-after-ms` 精确到毫秒），最长 60 秒。",
          "`request_exceeds_limit`：调用本身就大于限制，没有 `Retry-After`。请缩小调用，或申请更高的限制；等待没有用。",
          "**402 不是 429**：余额已用完，等待不会恢复。",
        ),
      ],
    },
    {
      heading: "如何计数",
      parts: [
        list(
          "**RPM** 请求、**TPM** token、**IPM** 图片、**VPM** 视频、**APM** 音频，都按任意时刻的最近 60 秒计数：并不存在到整分钟就全部清零的时刻。**并发**统计正在运行的调用。",
          "同一账户的所有密钥共用账户的限制。密钥还可以有自己的限制；以最严格的为准。",
          "调用开始时按估算（提示加最大回答）计入 token，结束时修正：`max_tokens` 越接近实际需要，能容纳的调用越多。",
          "每个回答都会告知当前状况，不只是拒绝时：`x-ratelimit-limit-requests`、`x-ratelimit-remaining-requests`、`x-ratelimit-reset-requests`（秒），以及相应的 `-tokens`、`-images`、`-videos`、`-audios`。",
        ),
      ],
    },
    {
      heading: "在被拒绝之前限速",
      parts: [
        text("从不超量发起的客户端，比被拒绝后再等待的更快。请把两个数字设得略低于您的限制。"),
        code("TypeScript", programs.throttle),
      ],
    },
    {
      heading: "被拒绝后退避",
      parts: [
        text(
          "请等待 `Retry-After` 所说的时间；没有时，每次把间隔加倍，最长一分钟。再加上随机部分，否则一起被拒绝的一百个进程会一起回来。官方客户端会自动重试两次：需要更多时请调高 `maxRetries`。",
        ),
        code("Python", programs.backoff),
      ],
    },
    {
      heading: "持续观察",
      parts: [
        list(
          "[请求日志](/logs)也显示被拒绝的调用：按状态 429 筛选，直方图会显示发生的时间。",
          "把 `x-ratelimit-remaining-requests` 记入您自己的监控；在剩余十分之一时告警，就能赶在第一次拒绝之前。",
          "每分钟上千次的拒绝对谁都没有帮助：同样的拒绝每分钟超过 60 次后，在日志中合并为带次数的一行。",
        ),
      ],
    },
    {
      heading: "申请更高的限制",
      parts: [
        text(
          "如果确实需要这样的速度，请提出申请：控制台的“限制”页面上，每个限制都有申请表。请说明模型、数量、期限和原因；结果会通过邮件告知您。",
        ),
      ],
    },
  ],
};
