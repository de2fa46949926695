import { SettingsView } from "#components/settings/settings-view";
import { getSettings } from "#lib/api/operations/settings";
import { listSignInProviders } from "#lib/api/operations/sign-in-providers";
import { getSitePasswordOperation } from "#lib/api/operations/site";
import { editedQuery, signInProvidersQuery, sitePasswordQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("settings");

export default function SettingsPage() {
  const settings = { query: editedQuery("/api/settings"), from: getSettings, tagged: true };
  const password = { query: sitePasswordQuery(), from: getSitePasswordOperation };
  const providers = { query: signInProvidersQuery(), from: listSignInProviders };
  return (
    <Hydrate prefetch={[settings, password, providers]}>
      <SettingsView />
    </Hydrate>
  );
}
