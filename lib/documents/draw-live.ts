import { resolve } from "node:path";
import { parentPort } from "node:worker_threads";
import PDFDocument from "pdfkit";
import { columnPlaces, type DocumentSpec, type DocumentTable, pageSize } from "./layout.ts";

/**
 * Latin and Chinese from one family; seen from the folder that the process was started in. Only used glyphs are embedded.
 * Named by their paths throughout: under another name pdfkit reads a font again at each use.
 */
const FONTS = "node_modules/@expo-google-fonts/noto-sans-sc";
const REGULAR = resolve(FONTS, "400Regular/NotoSansSC_400Regular.ttf");
const STRONG = resolve(FONTS, "600SemiBold/NotoSansSC_600SemiBold.ttf");
const INK = "#1a1d21";
const FAINT = "#5f6770";
const HAIR = "#d5d9de";
const FOOT = 40;

type Pdf = PDFKit.PDFDocument;

/** What a document's thread is asked and answers. */
export type Drawn = { id: number; pdf: Uint8Array<ArrayBuffer> } | { id: number; error: string };

parentPort?.on("message", ({ id, spec }: { id: number; spec: DocumentSpec }) => {
  drawDocument(spec).then(
    (pdf) => parentPort?.postMessage({ id, pdf } satisfies Drawn),
    (error: unknown) => parentPort?.postMessage({ id, error: String(error) } satisfies Drawn),
  );
});

/** A document as a PDF: header, facts, tables with totals, notes; a table goes on over pages under its own head. */
function drawDocument(spec: DocumentSpec): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, margin } = pageSize;
  const pdf = new PDFDocument({
    size: [width, height],
    margins: { top: margin, left: margin, right: margin, bottom: margin + FOOT },
    bufferPages: true,
    font: REGULAR,
    info: { Title: spec.title, Author: spec.brand.name, CreationDate: spec.createdAt },
  });
  const chunks: Buffer[] = [];
  const whole = new Promise<Uint8Array<ArrayBuffer>>((done, fail) => {
    pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
    pdf.on("end", () => done(new Uint8Array(Buffer.concat(chunks))));
    pdf.on("error", fail);
  });
  drawHead(pdf, spec);
  drawFacts(pdf, spec.facts);
  for (const table of spec.tables) drawTable(pdf, table);
  drawNotes(pdf, spec.notes);
  drawFeet(pdf, spec);
  pdf.end();
  return whole;
}

const innerWidth = pageSize.width - 2 * pageSize.margin;
const left = pageSize.margin;

function drawHead(pdf: Pdf, { brand, title }: DocumentSpec): void {
  const top = pdf.y;
  if (brand.logo !== null) pdf.image(Buffer.from(brand.logo), left, top, { fit: [140, 32] });
  else
    pdf
      .font(STRONG)
      .fontSize(13)
      .fillColor(INK)
      .text(brand.name, left, top, { width: innerWidth / 2 });
  if (brand.logo !== null) {
    pdf.font(REGULAR).fontSize(9).fillColor(FAINT);
    pdf.text(brand.name, left + innerWidth / 2, top + 10, { width: innerWidth / 2, align: "right" });
  }
  pdf.y = Math.max(pdf.y, top + 40);
  pdf.font(STRONG).fontSize(20).fillColor(INK).text(title, left, pdf.y, { width: innerWidth });
  pdf.moveDown(0.6);
}

function drawFacts(pdf: Pdf, facts: DocumentSpec["facts"]): void {
  const labelWidth = 130;
  const valueWidth = innerWidth - labelWidth;
  for (const [label, value] of facts) {
    const y = pdf.y;
    const height = Math.max(heightOf(pdf, value, valueWidth, 10), 14);
    keepTogether(pdf, height);
    const at = Math.min(y, pdf.y);
    pdf
      .font(REGULAR)
      .fontSize(10)
      .fillColor(FAINT)
      .text(label, left, at, { width: labelWidth - 8 });
    const labelEnd = pdf.y;
    pdf.fillColor(INK).text(value, left + labelWidth, at, { width: valueWidth });
    pdf.y = Math.max(labelEnd, pdf.y) + 3;
  }
  pdf.moveDown(0.8);
}

function drawTable(pdf: Pdf, table: DocumentTable): void {
  if (table.heading !== undefined) {
    keepTogether(pdf, 70);
    pdf.font(STRONG).fontSize(12).fillColor(INK).text(table.heading, left, pdf.y, { width: innerWidth });
    pdf.moveDown(0.3);
  }
  const labels = table.columns.map(({ label }) => label);
  const head = () => drawRow(pdf, table, labels, { font: REGULAR, color: FAINT, rule: true });
  head();
  for (const row of table.rows) {
    if (!fits(pdf, rowHeight(pdf, table, row, REGULAR))) {
      pdf.addPage();
      head();
    }
    drawRow(pdf, table, row, { font: REGULAR, color: INK, rule: true });
  }
  for (const row of table.totals ?? []) {
    keepTogether(pdf, rowHeight(pdf, table, row, STRONG));
    drawRow(pdf, table, row, { font: STRONG, color: INK, rule: false });
  }
  pdf.moveDown(1);
}

type RowLook = { font: string; color: string; rule: boolean };
const ROW_SIZE = 9.5;
const ROW_PAD = 5;

function drawRow(pdf: Pdf, table: DocumentTable, cells: readonly string[], look: RowLook): void {
  const y = pdf.y;
  const height = rowHeight(pdf, table, cells, look.font);
  pdf.font(look.font).fontSize(ROW_SIZE).fillColor(look.color);
  for (const [index, { x, width }] of columnPlaces(table.columns, innerWidth).entries()) {
    const align = table.columns[index]?.align ?? "left";
    pdf.text(cells[index] ?? "", left + x, y + ROW_PAD, { width, align });
  }
  const end = y + height;
  if (look.rule) {
    pdf.moveTo(left, end).lineTo(left + innerWidth, end);
    pdf.lineWidth(0.5).strokeColor(HAIR).stroke();
  }
  pdf.x = left;
  pdf.y = end;
}

function rowHeight(pdf: Pdf, table: DocumentTable, cells: readonly string[], font: string): number {
  pdf.font(font);
  const heights = columnPlaces(table.columns, innerWidth).map(({ width }, index) =>
    heightOf(pdf, cells[index] ?? "", width, ROW_SIZE),
  );
  return Math.max(...heights, ROW_SIZE) + 2 * ROW_PAD;
}

function drawNotes(pdf: Pdf, notes: readonly string[]): void {
  for (const note of notes) {
    keepTogether(pdf, heightOf(pdf, note, innerWidth, 9));
    pdf.font(REGULAR).fontSize(9).fillColor(FAINT).text(note, left, pdf.y, { width: innerWidth });
    pdf.moveDown(0.4);
  }
}

/** What every page says at its foot, written when their count is known. */
function drawFeet(pdf: Pdf, { brand, pageLabel }: DocumentSpec): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    // Below the margin a text would begin a page of its own.
    pdf.page.margins.bottom = 0;
    const y = pageSize.height - pageSize.margin;
    const label = pageLabel.replace("{page}", String(page + 1)).replace("{pages}", String(count));
    pdf.font(REGULAR).fontSize(8).fillColor(FAINT);
    pdf.text(brand.name, left, y, { width: innerWidth / 2, lineBreak: false, ellipsis: true, height: 12 });
    pdf.text(label, left + innerWidth / 2, y, { width: innerWidth / 2, align: "right" });
  }
}

function heightOf(pdf: Pdf, text: string, width: number, size: number): number {
  return pdf.fontSize(size).heightOfString(text, { width });
}

function fits(pdf: Pdf, height: number): boolean {
  return pdf.y + height <= pageSize.height - pageSize.margin - FOOT;
}

function keepTogether(pdf: Pdf, height: number): void {
  if (!fits(pdf, height)) pdf.addPage();
}
