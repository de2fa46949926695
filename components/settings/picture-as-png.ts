const mostSide = 192;

/** A picture file as a PNG of at most 192 px on its longer side, in base64. Rejects what the browser cannot draw. */
export async function pictureAsPng(file: File): Promise<string> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, mostSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser cannot draw");
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.toDataURL("image/png").split(",")[1] ?? "";
}
