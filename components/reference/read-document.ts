/** The parts of an OpenAPI document that the page shows; everything else is left in the file. */
export type Field = { name: string; type: string; required: boolean; description: string; fields: Field[] };
export type ReferenceOperation = {
  id: string;
  method: string;
  path: string;
  summary: string;
  permission: string | null;
  parameters: (Field & { in: string })[];
  body: Field[];
  answers: { status: string; description: string; type: string; fields: Field[] }[];
};
export type ReferenceGroup = { tag: string; description: string; operations: ReferenceOperation[] };

type Json = Record<string, unknown>;
const methods = ["get", "post", "put", "patch", "delete"];
const maxDepth = 2;

/** Operations by tag, in the document's order, with their shapes resolved as deep as one reads them. */
export function readDocument(document: unknown): ReferenceGroup[] {
  const root = record(document);
  const operations = Object.entries(record(root.paths)).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = record(item)[method];
      return operation === undefined
        ? []
        : [
            {
              tag: firstText(record(operation).tags),
              operation: readOperation(root, path, method, record(operation)),
            },
          ];
    }),
  );
  return list(root.tags).map((tag) => {
    const name = text(record(tag).name);
    return {
      tag: name,
      description: text(record(tag).description),
      operations: operations.filter((each) => each.tag === name).map((each) => each.operation),
    };
  });
}

function readOperation(root: Json, path: string, method: string, operation: Json): ReferenceOperation {
  return {
    id: text(operation.operationId),
    method: method.toUpperCase(),
    path,
    summary: text(operation.summary),
    permission: typeof operation["x-permission"] === "string" ? operation["x-permission"] : null,
    parameters: list(operation.parameters).map((each) => readParameter(root, record(each))),
    body: fieldsOf(root, contentSchema(operation.requestBody), 0),
    answers: Object.entries(record(operation.responses)).map(([status, answer]) => {
      const schema = contentSchema(resolve(root, record(answer)));
      const description = text(resolve(root, record(answer)).description);
      return {
        status,
        description,
        type: typeOf(root, schema),
        fields: status === "default" ? [] : fieldsOf(root, schema, 0),
      };
    }),
  };
}

function readParameter(root: Json, parameter: Json): Field & { in: string } {
  const schema = record(parameter.schema);
  return {
    name: text(parameter.name),
    in: text(parameter.in),
    type: typeOf(root, schema),
    required: parameter.required === true,
    description: text(parameter.description) || text(schema.description),
    fields: [],
  };
}

/** The named fields of an object, or of what a list or a choice holds. */
function fieldsOf(root: Json, given: Json, depth: number): Field[] {
  if (depth > maxDepth) return [];
  const schema = resolve(root, given);
  const choices = list(schema.anyOf ?? schema.oneOf).map(record);
  const inner =
    schema.items === undefined ? choices.find((each) => each.type !== "null") : record(schema.items);
  const properties = record(schema.properties);
  if (Object.keys(properties).length === 0) return inner === undefined ? [] : fieldsOf(root, inner, depth);
  const required = new Set(list(schema.required));
  return Object.entries(properties).map(([name, value]) => ({
    name,
    type: typeOf(root, record(value)),
    required: required.has(name),
    description: text(record(value).description) || text(resolve(root, record(value)).description),
    fields: fieldsOf(root, record(value), depth + 1),
  }));
}

/** "string", "Key[]", "active | disabled", "integer or null". */
function typeOf(root: Json, schema: Json): string {
  const name = refName(schema);
  if (name !== undefined) return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map(String).join(" | ");
  const choices = list(schema.anyOf ?? schema.oneOf).map(record);
  if (choices.length > 0) return [...new Set(choices.map((each) => typeOf(root, each)))].join(" or ");
  if (schema.type === "array") return `${typeOf(root, record(schema.items))}[]`;
  if (Array.isArray(schema.type)) return schema.type.map(String).join(" or ");
  return [text(schema.type), text(schema.format)].filter((part) => part !== "").join(" · ");
}

function contentSchema(holder: unknown): Json {
  const content = record(record(holder).content);
  return record(record(content["application/json"] ?? Object.values(content)[0]).schema);
}

function resolve(root: Json, schema: Json): Json {
  const ref = schema.$ref;
  if (typeof ref !== "string") return schema;
  return ref
    .slice(2)
    .split("/")
    .reduce<Json>((part, name) => record(part[name]), root);
}

function refName(schema: Json): string | undefined {
  const ref = schema.$ref;
  return typeof ref === "string" ? ref.slice(ref.lastIndexOf("/") + 1) : undefined;
}

function record(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function firstText(value: unknown): string {
  return text(list(value)[0]);
}
