/** The fields of an object, each on a line of its own that ends in a comma. */
export const jsonFields = (fields: object): string =>
  Object.entries(fields)
    .map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`)
    .join('');

/** A list in such an object, one item a line. */
export async function* jsonList(name: string, items: AsyncIterable<unknown>): AsyncIterable<string> {
  yield `  ${JSON.stringify(name)}: [`;
  let separator = '\n    ';
  for await (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ',\n    ';
  }
  yield '\n  ]';
}
