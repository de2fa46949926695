import { z } from "zod";
import { operation } from "#lib/api/operation";
import { usesSecureCookies } from "#lib/auth/session";
import { config } from "#lib/runtime/config";
import { sitePassCookie } from "#lib/site/gate";
import {
  siteEntryBody,
  siteLogoAnswer,
  siteLogoBody,
  sitePasswordAnswer,
  sitePasswordBody,
} from "#lib/site/schema";
import { enterSite, getSitePassword, setLogo, setSitePassword } from "#lib/site/service";

const tag = "Settings";
const passDays = 30;

export const putSiteLogo = operation({
  id: "setSiteLogo",
  method: "PUT",
  path: "/api/site-logo",
  summary: "The logo of console, public pages and mails: a PNG, made anew from its pixels",
  tag,
  permission: "settings.write",
  body: siteLogoBody,
  answer: siteLogoAnswer,
  run: ({ actor, body }) => setLogo(actor, body.image),
});

export const getSitePasswordOperation = operation({
  id: "getSitePassword",
  method: "GET",
  path: "/api/site-password",
  summary: "Whether every page asks for a password first",
  tag,
  permission: "settings.read",
  answer: sitePasswordAnswer,
  run: () => getSitePassword(),
});

export const putSitePassword = operation({
  id: "setSitePassword",
  method: "PUT",
  path: "/api/site-password",
  summary: "Set or take away the password that every page asks for first; the APIs do not ask for it",
  tag,
  permission: "settings.write",
  stepUp: true,
  body: sitePasswordBody,
  answer: sitePasswordAnswer,
  async run({ actor, body, answerHeaders }) {
    const answer = await setSitePassword(actor, body.password);
    // Whoever sets it need not be asked for it.
    if (body.password !== null) giveWay(answerHeaders, await enterSite(body.password, actor.ip));
    return answer;
  },
});

export const enterSiteOperation = operation({
  id: "enterSite",
  method: "POST",
  path: "/api/site-password/entry",
  summary: "Enter the site's password; the cookie in the answer opens its pages for 30 days",
  tag: "Session",
  permission: "public",
  body: siteEntryBody,
  answer: z.void(),
  status: 204,
  async run({ actor, body, answerHeaders }) {
    giveWay(answerHeaders, await enterSite(body.password, actor.ip));
  },
});

function giveWay(headers: Headers, pass: string): void {
  const secure = usesSecureCookies(config().publicUrl) ? "; Secure" : "";
  const age = passDays * 86_400;
  headers.append(
    "set-cookie",
    `${sitePassCookie}=${pass}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`,
  );
}
