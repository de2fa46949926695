import type { Limit } from "./resolve.ts";

/**
 * What a fresh installation limits: the task models per account, and the enterprise line's tokens. Nothing else is
 * limited until an operator says so.
 */
export const seededLimits: readonly Limit[] = [
  ...perModel("ipm", 20, ["txt2img_v3", "upscale_v3"]),
  ...perModel("ipm", 10, [
    "img2img_v3",
    "remove_background",
    "replace_background",
    "remove_text",
    "inpainting",
    "cleanup",
    "merge_face",
    "flux-1-schnell",
  ]),
  ...perModel("rpm", 10, ["video_merge_face"]),
  ...perModel("rpm", 2, ["txt2video", "img2video"]),
  ...perModel("rpm", 20, [
    "wan_txt_to_video",
    "wan_img_to_video",
    "hunyuan_video_fast",
    "kling_img_to_video",
    "kling_txt_to_video",
    "minimax_video_01",
  ]),
  { scope: "group", scopeId: "enterprise", model: null, metric: "tpm", value: 30_000_000 },
];

function perModel(metric: Limit["metric"], value: number, models: readonly string[]): Limit[] {
  return models.map((model) => ({ scope: "default", scopeId: null, model, metric, value }));
}
