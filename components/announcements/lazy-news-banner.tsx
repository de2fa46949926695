"use client";

import dynamic from "next/dynamic";

/** The banner, loaded by those alone who have news. */
export const NewsBanner = dynamic(() => import("./news-banner.tsx").then((module) => module.NewsBanner));
