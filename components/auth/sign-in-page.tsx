"use client";

import dynamic from "next/dynamic";

/** The sign-in form, in a part of its own: whoever is signed in does not load it with every page. */
export const SignInForm = dynamic(() => import("./sign-in-form.tsx").then((module) => module.SignInForm));
