import { ProfileView } from "#components/profile/profile-view";
import { listIdentities } from "#lib/api/operations/identities";
import { listMySignIns } from "#lib/api/operations/profile";
import { getSignInOptions } from "#lib/api/operations/sign-in";
import { identitiesQuery, signInOptionsQuery, signInsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("profile");

export default function ProfilePage() {
  return (
    <Hydrate
      prefetch={[
        { query: signInsQuery(), from: listMySignIns },
        { query: identitiesQuery(), from: listIdentities },
        { query: signInOptionsQuery(), from: getSignInOptions },
      ]}
    >
      <ProfileView />
    </Hydrate>
  );
}
