"use client";

import dynamic from "next/dynamic";

/** Setting up a second factor; few ever need it, so its code does not come with every page. */
export const Enrol = dynamic(() => import("./profile-view.tsx").then((module) => module.EnrolView));
