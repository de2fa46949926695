/** One call of a simulated month. `theft`: the number of the theft that it belongs to, or undefined. */
export type Call = {
  atMs: number;
  ip: string;
  agent: string;
  model: string;
  nanoUsd: number;
  status: number;
  usesRetired: boolean;
  theft?: number;
};

/** Clients that exist, how common each is, and how many versions of it are about. */
export const CLIENTS: readonly (readonly [string, number, number])[] = [
  ["OpenAI/Python", 30, 22], ["openai/js", 16, 20], ["python-requests", 9, 8], ["claude-cli", 9, 30], ["axios", 6, 12],
  ["Go-http-client", 6, 2], ["langchain", 5, 14], ["node-fetch", 4, 5], ["okhttp", 3, 8], ["curl", 3, 9],
  ["Cherry-Studio", 3, 14], ["chatbox", 2, 10], ["lobe-chat", 2, 12], ["one-api", 2, 4], ["Cursor", 4, 25],
]; // biome-ignore format: a table

/** Models, nano-USD of an ordinary call, how common each is. */
export const MODELS: readonly (readonly [string, number, number])[] = [
  ["gpt-mini", 400_000, 24], ["gpt-main", 9_000_000, 20], ["gpt-pro", 90_000_000, 3], ["claude-small", 1_200_000, 10],
  ["claude-main", 12_000_000, 16], ["claude-large", 60_000_000, 5], ["gemini-flash", 500_000, 10],
  ["gemini-main", 7_000_000, 7], ["deepseek", 600_000, 9], ["qwen-main", 900_000, 5], ["embed-small", 20_000, 8],
  ["o-reason", 40_000_000, 4], ["image-1", 40_000_000, 3], ["whisper", 3_000_000, 2],
]; // biome-ignore format: a table
