import { code, type Guide, list, text } from "../guide.ts";
import { paying } from "./paying-zh.ts";
import { programs } from "./programs.ts";
import { rateLimits } from "./rate-limits-zh.ts";

const quickstart: Guide = {
  slug: "quickstart",
  title: "快速开始",
  summary: "用 curl、Python 和 TypeScript 从密钥到第一个回答。",
  sections: [
    {
      heading: "密钥",
      parts: [
        text(
          "每次调用都要带上 API 密钥。密钥在 [API 密钥](/keys) 页面创建，属于某个账户，并花费该账户的余额。密钥只显示一次：请保存在只有你的程序能读取的地方。",
        ),
        code("Shell", "read -rs TOLLGATE_KEY && export TOLLGATE_KEY   # 粘贴密钥后按回车"),
      ],
    },
    {
      heading: "第一次调用",
      parts: [
        text("Tollgate 使用 OpenAI 协议：为其编写的程序只需更换 base URL 和密钥。"),
        code("curl", programs.curl),
        code("Python", programs.python),
        code("TypeScript", programs.typescript),
      ],
    },
    {
      heading: "Anthropic 与 Google 的客户端",
      parts: [
        text(
          "所有对话模型也支持 Anthropic 的 Messages 与 Google 的 generateContent，密钥、账单和限额都相同：文本、图片、流式、工具。错误使用该协议自己的格式。无法转达的字段（思考预算、`top_k`、厂商自带的工具）会以 `unsupported_field` 拒绝，绝不会悄悄忽略。",
        ),
        code("Anthropic", programs.anthropic),
        code("Google", programs.gemini),
      ],
    },
    {
      heading: "流式输出",
      parts: [
        text(
          "使用 `stream: true` 时，事件随模型生成而到达。提前结束的流会以错误事件结束，绝不会无声关闭，因此程序能分辨完整与中断的回答。",
        ),
        code("TypeScript", programs.stream),
      ],
    },
    {
      heading: "费用",
      parts: [
        text(
          "每个回答都带有 `x-request-id` 响应头。凭此 ID 可在 [请求日志](/logs) 中找到该调用，账单逐项列出：令牌数 × 单价 × 线路倍率，只舍入一次。",
        ),
        text("`GET /v1/models` 列出该密钥可用的模型。全部路径见 [API 参考](/docs/api)。"),
      ],
    },
  ],
};

const errors: Guide = {
  slug: "errors",
  title: "错误与处理",
  summary: "网关返回的每个错误码，以及哪些值得重试。",
  sections: [
    {
      heading: "错误的样子",
      parts: [
        text(
          "响应体与 OpenAI 相同：`error.code` 说明发生了什么，`error.message` 说明该怎么做，`error.param` 指出字段。响应头 `x-request-id` 对应请求日志中的一行，支持人员可据此查询。",
        ),
      ],
    },
    {
      heading: "哪些可以重试",
      parts: [
        list(
          "**429、500、502、503、504**：逐渐延长间隔后重试。若有 `Retry-After`，请等待相应时间。官方客户端会自动这样做。",
          "**402**：为账户充值、提高密钥预算，或减少输出（`max_tokens`）。单纯重试没有用。",
          "**400、401、403、404、413**：需要修改调用本身。",
          "被拒绝的调用不收费；没有交付任何内容的调用也不收费。",
        ),
      ],
    },
    { heading: "全部错误码", parts: [{ kind: "errors" }] },
  ],
};

const batch: Guide = {
  slug: "batch",
  title: "批量客户端",
  summary: "让长时间任务经得起断线：保存、重试、继续。",
  sections: [
    {
      heading: "规则",
      parts: [
        list(
          "**边做边存。** 在发送下一个调用之前，把每个回答连同自己的 ID 和 `x-request-id` 写下来，这样重启后可以继续。",
          "**重试暂时的失败**：429、5xx 和断线，间隔逐渐延长并有上限。官方客户端会这样做；长任务请调高 `maxRetries`。",
          "**流中断后请重新请求。** 流无法续传：错误事件或没有 `[DONE]` 的关闭表示回答不完整。",
          "**限制输出**：使用 `max_tokens`。网关会按可能的最大回答预留金额，限制后同样余额可容纳更多调用。",
          "**控制损失**：为批量任务单独建一个带预算的密钥。用完后调用以 402 `budget_exceeded` 被拒绝，不影响其他。",
        ),
      ],
    },
    {
      heading: "代码",
      parts: [
        code("TypeScript", programs.retry),
        text(
          "你放弃的调用可能已经得到回答并计费：按批量密钥筛选请求日志即可查明。在上游发出第一个字节之前中止的调用不收费。",
        ),
      ],
    },
  ],
};

const leaked: Guide = {
  slug: "leaked-key",
  title: "如果密钥泄露",
  summary: "先终止它，再查明谁用过、花了多少。",
  sections: [
    {
      heading: "立即",
      parts: [
        list(
          "在 [API 密钥](/keys) 中打开该密钥，点击 **轮换密钥**，选择 **立即**：一秒内所有节点都会拒绝旧密钥。把新密钥放入你的程序。",
          "如果没有程序需要它：**停用**。停用可以撤销。",
          "提交到了代码仓库？删除提交没有用，副本已经存在：请轮换。",
        ),
      ],
    },
    {
      heading: "然后查看",
      parts: [
        text(
          "与你以往不同的使用会在数秒内出现在 [异常消费](/incidents) 中，并以邮件通知你：每个地址的请求与消费，以及停用或轮换密钥、封锁这些网络、仅限熟悉的网络、确认是你本人等按钮。该页面的 **策略** 决定自动执行什么。扫描合作方在公开代码中发现的密钥会立即停用。",
        ),
        text(
          "密钥页面显示 30 天内使用过它的地址，新地址会有标记。点击地址即可在请求日志中看到对应的调用及费用。旧密钥失效后仍会记录尝试次数：谁还在用，一看便知。",
        ),
      ],
    },
    {
      heading: "减少下一次的损失",
      parts: [
        list(
          "每天或每月的 **预算** 限制被盗密钥的花费。",
          "**允许的网络** 让它在别处毫无用处。",
          "**允许的模型** 使它无法使用昂贵的模型。",
          "每个程序一个密钥：轮换其中一个不会影响其他。",
        ),
      ],
    },
  ],
};

const openPrograms: Guide = {
  slug: "open-programs",
  title: "用密钥运行公开程序",
  summary: "陌生人能访问的聊天前端、演示和机器人。",
  sections: [
    {
      heading: "开放之前",
      parts: [
        list(
          "**站点密码。** 为程序页面加上密码；Tollgate 自己的控制台也可以设置（设置 → 站点密码）。",
          "**不要把密钥放进托管页面的环境变量。** 构建工具会把它们复制到浏览器加载的内容中，预览也会打印出来。请在服务器端程序自己的设置表单中输入密钥。",
          "**密钥留在服务器上。** 浏览器或应用中的密钥等同于公开。",
          "**不要保留有辨识度的页眉和页脚。** 扫描者正是通过知名前端的标准标题和页脚找到它们。请更改名称、页眉和页脚。",
        ),
      ],
    },
    {
      heading: "围绕密钥",
      parts: [
        list(
          "单独的密钥，每日预算是你损失得起的金额。",
          "允许的网络：服务器自己的地址。",
          "不时查看密钥页面：出现新地址就该查明原因。如有怀疑：[如果密钥泄露](/docs/leaked-key)。",
        ),
      ],
    },
  ],
};

export const guides: readonly Guide[] = [quickstart, errors, rateLimits, batch, paying, leaked, openPrograms];
