/** A task of /v3: the model that it is priced and limited as, and what it makes. */
export type TaskKind = { readonly model: string; readonly makes: "image" | "video" };

const image = (model: string): TaskKind => ({ model, makes: "image" });
const video = (model: string): TaskKind => ({ model, makes: "video" });

/** By the name in the path, as providers have it; the models' own names (`wan_txt_to_video`) mean the same. */
const byName: ReadonlyMap<string, TaskKind> = new Map([
  ["txt2img", image("txt2img_v3")],
  ["img2img", image("img2img_v3")],
  ["remove-background", image("remove_background")],
  ["replace-background", image("replace_background")],
  ["remove-text", image("remove_text")],
  ["inpainting", image("inpainting")],
  ["cleanup", image("cleanup")],
  ["merge-face", image("merge_face")],
  ["flux-1-schnell", image("flux-1-schnell")],
  ["upscale", image("upscale_v3")],
  ["video-merge-face", video("video_merge_face")],
  ["txt2video", video("txt2video")],
  ["img2video", video("img2video")],
  ["wan-t2v", video("wan_txt_to_video")],
  ["wan-i2v", video("wan_img_to_video")],
  ["hunyuan-video-fast", video("hunyuan_video_fast")],
  ["kling-i2v", video("kling_img_to_video")],
  ["kling-v1.6-i2v", video("kling_img_to_video")],
  ["kling-t2v", video("kling_txt_to_video")],
  ["kling-v1.6-t2v", video("kling_txt_to_video")],
  ["minimax", video("minimax_video_01")],
  ["minimax-video-01", video("minimax_video_01")],
]);
const byModel: ReadonlyMap<string, TaskKind> = new Map(
  [...byName.values()].map((kind) => [kind.model, kind]),
);

/** The task that a path names; undefined: there is none of that name. */
export function findTask(name: string): TaskKind | undefined {
  return byName.get(name) ?? byModel.get(name);
}

/** Every name that a path may have, for documents and tests. */
export const taskNames: readonly string[] = [...byName.keys()];
