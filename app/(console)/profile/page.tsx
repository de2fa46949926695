import { ProfileView } from "#components/profile/profile-view";
import { listMySignIns } from "#lib/api/operations/profile";
import { signInsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("profile");

export default function ProfilePage() {
  return (
    <Hydrate prefetch={[{ query: signInsQuery(), from: listMySignIns }]}>
      <ProfileView />
    </Hydrate>
  );
}
