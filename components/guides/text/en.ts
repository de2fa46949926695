import { code, type Guide, list, text } from "../guide.ts";
import { paying } from "./paying-en.ts";
import { programs } from "./programs.ts";
import { rateLimits } from "./rate-limits-en.ts";

const quickstart: Guide = {
  slug: "quickstart",
  title: "Quickstart",
  summary: "From a key to the first answer in curl, Python and TypeScript.",
  sections: [
    {
      heading: "A key",
      parts: [
        text(
          "Every call names an API key. It is made on the page [API keys](/keys), belongs to an account and spends that account's money. Its secret is shown once: keep it where your program can read it and others cannot.",
        ),
        code("Shell", "read -rs TOLLGATE_KEY && export TOLLGATE_KEY   # paste the key, press Enter"),
      ],
    },
    {
      heading: "The first call",
      parts: [
        text(
          "Tollgate speaks OpenAI's protocol: programs written for it work unchanged but for base URL and key.",
        ),
        code("curl", programs.curl),
        code("Python", programs.python),
        code("TypeScript", programs.typescript),
      ],
    },
    {
      heading: "Clients of Anthropic and Google",
      parts: [
        text(
          "Every chat model also answers Anthropic's Messages and Google's generateContent, with the same keys, bills and limits: text, pictures, streams, tools. Errors come in that protocol's own envelope. What a model cannot be asked in this way (a thinking budget, `top_k`, a vendor's own tools) is refused with `unsupported_field`, never left out in silence.",
        ),
        code("Anthropic", programs.anthropic),
        code("Google", programs.gemini),
      ],
    },
    {
      heading: "Streams",
      parts: [
        text(
          "With `stream: true` events arrive as the model makes them. A stream that ends early ends with an error event, never with a silent close, so that your program can tell a whole answer from a cut one.",
        ),
        code("TypeScript", programs.stream),
      ],
    },
    {
      heading: "What it cost",
      parts: [
        text(
          "Every answer carries the header `x-request-id`. Under that id the call stands in the [request logs](/logs), with its bill term by term: tokens × price, × the line's multiplier, rounded once.",
        ),
        text(
          "`GET /v1/models` lists the models that the key may use. All paths: [API reference](/docs/api).",
        ),
      ],
    },
  ],
};

const errors: Guide = {
  slug: "errors",
  title: "Errors and what to do",
  summary: "Every code the gateway answers with, and which ones are worth another try.",
  sections: [
    {
      heading: "How an error looks",
      parts: [
        text(
          "The body is the protocol's own; OpenAI's is shown here: `error.code` says what happened, `error.message` what to do, `error.param` which field is meant. The header `x-request-id` names the row in the request logs; support can look it up.",
        ),
      ],
    },
    {
      heading: "Which to repeat",
      parts: [
        list(
          "**429, 500, 502, 503, 504**: try again, with growing pauses. Where the answer has `Retry-After`, wait that long. The official clients do so by themselves.",
          "**402**: recharge the account, raise the key's budget, or ask for less output (`max_tokens`). Repeating alone changes nothing.",
          "**400, 401, 403, 404, 413**: the call itself has to change.",
          "A refused call costs nothing, and one that delivered nothing costs nothing.",
        ),
      ],
    },
    { heading: "All codes", parts: [{ kind: "errors" }] },
  ],
};

const batch: Guide = {
  slug: "batch",
  title: "Batch clients",
  summary: "Long runs that survive lost connections: save, repeat, continue.",
  sections: [
    {
      heading: "The rules",
      parts: [
        list(
          "**Save as you go.** Write each answer with your own id and the `x-request-id` before you send the next call, so that a restart continues instead of starting over.",
          "**Repeat what failed for a moment**: 429, 5xx and lost connections, with growing pauses and a limit. The official clients do this; raise `maxRetries` for long runs.",
          "**Reconnect streams by asking again.** A stream cannot be resumed: an error event or a close without `[DONE]` means that the answer is not whole.",
          "**Bound the output** with `max_tokens`: the gateway sets money aside for the largest answer that may come, so bounded calls fit more of them into a balance.",
          "**Cap the damage**: give the batch a key of its own with a budget. When it is used up, calls are refused with 402 `budget_exceeded`, and nothing else is touched.",
        ),
      ],
    },
    {
      heading: "In code",
      parts: [
        code("TypeScript", programs.retry),
        text(
          "A call that you gave up on may have been answered, and billed, all the same: the request logs, filtered by the batch's key, say which. A call aborted before the provider sent its first byte costs nothing.",
        ),
      ],
    },
  ],
};

const leaked: Guide = {
  slug: "leaked-key",
  title: "If your key leaked",
  summary: "End it first, then find out who used it and what it cost.",
  sections: [
    {
      heading: "At once",
      parts: [
        list(
          "Open the key under [API keys](/keys) and press **Rotate key**, then **At once**: the old secret is refused on every node within a second. Put the new one into your programs.",
          "If no program needs it: **Disable**. That can be undone.",
          "Was it committed to a repository? Removing the commit does not help, copies exist: rotate.",
        ),
      ],
    },
    {
      heading: "Then look",
      parts: [
        text(
          "Use that is not like you appears under [Abnormal charges](/incidents) within seconds, and you get a mail: what each address did and spent, and buttons to suspend or rotate the key, block those networks, limit the key to familiar ones, or say that it was you. **Policy** on that page says what happens by itself. A secret that a scanning partner finds in public code is disabled at once.",
        ),
        text(
          "The key's own page shows the addresses that used it over 30 days; newcomers are marked. A click on an address opens exactly its calls in the request logs, with what each cost. The old secret's page entry goes on counting attempts after its end: whoever still uses it shows up there.",
        ),
      ],
    },
    {
      heading: "So that it hurts less next time",
      parts: [
        list(
          "A **budget** per day or month bounds what a stolen key can spend.",
          "**Allowed networks** make it worthless elsewhere.",
          "**Allowed models** keep it from the expensive ones.",
          "One key per program: rotating one then stops nothing else.",
        ),
      ],
    },
  ],
};

const openPrograms: Guide = {
  slug: "open-programs",
  title: "Running open programs with a key",
  summary: "Chat front ends, demos and bots that strangers can reach.",
  sections: [
    {
      heading: "Before you open it",
      parts: [
        list(
          "**A site password.** Put a password before the program's pages; Tollgate's own console can have one, too (Settings, Site password).",
          "**No key in environment variables of hosted pages.** Build tools copy them into what the browser loads, and previews print them. Type the key into the program's own settings form, on the server's side.",
          "**The key stays on the server.** A key in a browser or an app is public, whatever it is wrapped in.",
          "**No tell-tale header and footer.** Standard titles and footers of well-known front ends are how scanners find them. Change name, header and footer.",
        ),
      ],
    },
    {
      heading: "Around the key",
      parts: [
        list(
          "A key of its own, with a daily budget that you can afford to lose.",
          "Allowed networks: the server's own address.",
          "Look at its page from time to time: a new address there is a question to answer. If in doubt: [If your key leaked](/docs/leaked-key).",
        ),
      ],
    },
  ],
};

export const guides: readonly Guide[] = [quickstart, errors, rateLimits, batch, paying, leaked, openPrograms];
