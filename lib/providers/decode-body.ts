import { pipeline, Readable, type Transform } from "node:stream";
import zlib from "node:zlib";
import { type UpstreamBody, UpstreamFailure } from "./provider.ts";

const SYNC = { finishFlush: zlib.constants.Z_SYNC_FLUSH };

/**
 * We ask for plain bodies; an upstream that encodes all the same is decoded, event by event as it flushes them. What
 * does not decode, or in a way that we do not know, is `bad_encoding`.
 */
export function decoded(body: UpstreamBody, encoding: string): UpstreamBody {
  const decoder = decoderOf(encoding);
  return { [Symbol.asyncIterator]: () => decode(body, decoder) };
}

function decoderOf(encoding: string): Transform | undefined {
  if (encoding === "gzip" || encoding === "x-gzip") return zlib.createGunzip(SYNC);
  if (encoding === "deflate") return zlib.createInflate(SYNC);
  if (encoding === "br") return zlib.createBrotliDecompress();
  if (encoding === "zstd") return zlib.createZstdDecompress();
  return undefined;
}

async function* decode(body: UpstreamBody, decoder: Transform | undefined): AsyncGenerator<Uint8Array> {
  const source = body[Symbol.asyncIterator]();
  if (decoder === undefined) {
    await source.return?.();
    throw new UpstreamFailure("bad_encoding");
  }
  let upstreamError: unknown;
  const raw = Readable.from(
    (async function* () {
      try {
        yield* { [Symbol.asyncIterator]: () => source };
      } catch (error) {
        upstreamError = error;
        throw error;
      }
    })(),
    { objectMode: false },
  );
  pipeline(raw, decoder, () => {});
  try {
    yield* decoder as AsyncIterable<Uint8Array>;
  } catch {
    throw upstreamError instanceof UpstreamFailure ? upstreamError : new UpstreamFailure("bad_encoding");
  } finally {
    raw.destroy();
    await source.return?.();
  }
}
