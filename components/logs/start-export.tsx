import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";

type Words = {
  title: string;
  progress: (rows: number, bytes: number) => string;
  done: (rows: number, name: string) => string;
  cancelled: string;
  failed: string;
  cancel: string;
};

/** How often the notice counts on. */
const noticeMs = 300;
/** Parts of this size go out of the page's memory into a blob, which the browser may keep on disk. */
const partBytes = 8_000_000;
const lineEnd = 10;

/**
 * Downloads an export while a notice counts its rows and offers to stop. What broke off or was stopped is not saved: half
 * a file would be taken for the whole.
 */
export async function startExport(url: string, words: Words): Promise<void> {
  const id = `export-${url}`;
  const abort = new AbortController();
  const show = (message: string) => ({
    id,
    title: words.title,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>{message}</span>
        <Button variant="default" size="compact-xs" onClick={() => abort.abort()}>
          {words.cancel}
        </Button>
      </Group>
    ),
    loading: true,
    autoClose: false as const,
    withCloseButton: false,
  });
  const end = (message: string, isBad = false) =>
    notifications.update({
      id,
      title: words.title,
      message,
      loading: false,
      autoClose: isBad ? false : 8000,
      withCloseButton: true,
      ...(isBad ? { color: "red" } : {}),
    });
  notifications.show(show(words.progress(0, 0)));
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new Error(await problemOf(response));
    const { parts, rows } = await readParts(response, (rows, bytes) =>
      notifications.update(show(words.progress(rows, bytes))),
    );
    const name = nameOf(response);
    save(new Blob(parts, { type: response.headers.get("content-type") ?? "" }), name);
    end(words.done(name.endsWith(".csv") ? Math.max(0, rows - 1) : rows, name));
  } catch (error) {
    if (abort.signal.aborted) return void end(words.cancelled);
    end(`${words.failed} ${error instanceof Error ? error.message : ""}`, true);
  }
}

async function readParts(response: Response, onProgress: (rows: number, bytes: number) => void) {
  const reader = response.body?.getReader();
  const parts: Blob[] = [];
  let fresh: Uint8Array<ArrayBuffer>[] = [];
  let [rows, bytes, freshBytes, toldAt] = [0, 0, 0, 0];
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (value !== undefined) {
      fresh.push(value);
      [bytes, freshBytes] = [bytes + value.length, freshBytes + value.length];
      for (const byte of value) if (byte === lineEnd) rows += 1;
    }
    if (done || freshBytes > partBytes) {
      parts.push(new Blob(fresh));
      [fresh, freshBytes] = [[], 0];
    }
    if (done) return { parts, rows };
    if (performance.now() - toldAt > noticeMs) {
      toldAt = performance.now();
      onProgress(rows, bytes);
    }
  }
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function nameOf(response: Response): string {
  const disposition = response.headers.get("content-disposition") ?? "";
  return /filename="([^"]+)"/.exec(disposition)?.[1] ?? "request-logs";
}

async function problemOf(response: Response): Promise<string> {
  const problem: unknown = await response.json().catch(() => null);
  const detail =
    typeof problem === "object" && problem !== null && "detail" in problem ? problem.detail : null;
  return typeof detail === "string" ? detail : String(response.status);
}
