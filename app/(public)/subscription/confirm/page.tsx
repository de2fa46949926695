import { AuthCard } from "#components/auth/auth-card";
import { ConfirmForm } from "#components/subscribers/confirm-form";
import { readConfirmationOperation as read } from "#lib/api/operations/subscriptions";
import type { SearchParams } from "../../../search-params.ts";
import { subscriptionPage, subscriptionTitle } from "../../../subscription.ts";

export const generateMetadata = subscriptionTitle("confirmTitle");

export default async function ConfirmPage({ searchParams }: { searchParams: SearchParams }) {
  const { card, ...link } = await subscriptionPage(searchParams, read, "confirmTitle");
  return (
    <AuthCard {...card}>
      <ConfirmForm {...link} />
    </AuthCard>
  );
}
