import { ProfileView } from "#components/profile/profile-view";
import { OwnSubscription } from "#components/subscribers/own-subscription";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";
import { profileParts } from "../../profile-parts.ts";

export const generateMetadata = titled("profile");

export default function ProfilePage() {
  return (
    <Hydrate prefetch={profileParts()}>
      <ProfileView announcements={<OwnSubscription />} />
    </Hydrate>
  );
}
