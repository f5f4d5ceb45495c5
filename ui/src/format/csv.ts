function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csv_text(columns: string[], rows: unknown[][]): string {
  return [columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** One CSV line, as the engine's csv format reads it: quotes doubled inside quotes. */
export function csv_fields(line: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let field = "";
    if (line[at] === '"') {
      ++at;
      while (at < line.length) {
        if (line[at] === '"' && line[at + 1] === '"') (field += '"'), (at += 2);
        else if (line[at] === '"') break;
        else field += line[at++];
      }
      at = line.indexOf(",", at);
    } else {
      const end = line.indexOf(",", at);
      field = end < 0 ? line.slice(at) : line.slice(at, end);
      at = end;
    }
    fields.push(field);
    if (at < 0) return fields;
    ++at;
  }
}

export function download(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
