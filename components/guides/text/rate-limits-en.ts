import { code, type Guide, list, text } from "../guide.ts";
import { programs } from "./programs.ts";

export const rateLimits: Guide = {
  slug: "rate-limits",
  title: "Handling 429",
  summary: "What a limit is, how to stay below it, how to wait, and how to get a higher one.",
  sections: [
    {
      heading: "What the answer says",
      parts: [
        text(
          "A call over a limit is refused with 429, costs nothing and counts for nothing. `error.message` names the limit; `error.details` says the same to programs: `scope`, `metric`, `model`, `limit`, `used`, `requested`, `retry_after_ms`.",
        ),
        list(
          "`rate_limit_exceeded`: this very call fits after `Retry-After` seconds (`retry-after-ms` to the millisecond). It is at most 60.",
          "`request_exceeds_limit`: the call is larger than the limit itself and has no `Retry-After`. Make it smaller, or ask for a higher limit; waiting does not help.",
          "**402 is no 429**: there the money is out, and no pause brings it back.",
        ),
      ],
    },
    {
      heading: "How limits count",
      parts: [
        list(
          "**RPM** requests, **TPM** tokens, **IPM** images, **VPM** videos and **APM** audios are counted over the last 60 seconds, at every moment: there is no full minute at whose end everything is free again. **Concurrency** counts the calls that run now.",
          "All keys of an account share its limits. A key may have limits of its own on top; the strictest applies.",
          "Tokens are counted with their estimate when a call starts, prompt and largest answer together, and corrected when it ends: `max_tokens` close to what you need lets more calls fit.",
          "Every answer, not only a refusal, says where you stand: `x-ratelimit-limit-requests`, `x-ratelimit-remaining-requests`, `x-ratelimit-reset-requests` (seconds), and likewise `-tokens`, `-images`, `-videos`, `-audios`.",
        ),
      ],
    },
    {
      heading: "Throttle before you are told to",
      parts: [
        text(
          "A client that never starts more than it may is faster than one that is refused and waits. Set both numbers a little below your limits.",
        ),
        code("TypeScript", programs.throttle),
      ],
    },
    {
      heading: "Back off when you are",
      parts: [
        text(
          "Wait as long as `Retry-After` says; without it, double the pause from one try to the next up to a minute. Add a random part, or a hundred workers that were refused together come back together. The official clients do this twice by themselves: raise `maxRetries` for more.",
        ),
        code("Python", programs.backoff),
      ],
    },
    {
      heading: "Watch it",
      parts: [
        list(
          "The [request logs](/logs) show refused calls too: filter by status 429, and the histogram shows when.",
          "Note `x-ratelimit-remaining-requests` with your own metrics; an alarm at a tenth of the limit comes before the first refusal.",
          "Thousands of refusals a minute help nobody: beyond 60 a minute the same refusal stands in the logs as one row with a count.",
        ),
      ],
    },
    {
      heading: "Ask for more",
      parts: [
        text(
          "If the pace is what you need, ask for it: on the console's page Limits each limit has a request form. Say which model, how much, until when and why; you are told by mail what became of it.",
        ),
      ],
    },
  ],
};
