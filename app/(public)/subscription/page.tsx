import { AuthCard } from "#components/auth/auth-card";
import { ManageForm } from "#components/subscribers/manage-form";
import { readSubscriptionOperation as read } from "#lib/api/operations/subscriptions";
import type { SearchParams } from "../../search-params.ts";
import { followOptions, subscriptionPage, subscriptionTitle } from "../../subscription.ts";

export const generateMetadata = subscriptionTitle("manageTitle");

export default async function SubscriptionPage({ searchParams }: { searchParams: SearchParams }) {
  const { card, ...link } = await subscriptionPage(searchParams, read, "manageTitle");
  return (
    <AuthCard {...card}>
      <ManageForm {...link} options={await followOptions()} />
    </AuthCard>
  );
}
